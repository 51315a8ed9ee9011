import { Empty, Filters, SearchField, SelectField, Table, Text, html, useMemo, useRef } from "../../kit/index.js";
import { wordOf } from "../../kit/status.js";
import { t } from "../../app/i18n.js";
import { agents, queues } from "../../app/live.js";
import { byName } from "../board/facts.js";
import { Names } from "../board/names.js";
import { useLive } from "../board/use_facts.js";
import { CallOf, Since, State } from "./cells.js";
import { LOOKS } from "../../kit/status.js";
import { agentRows } from "./rows.js";

const MANY = 1000;

/** @typedef {import("./rows.js").Agent} Agent */

/** @param {{query: Record<string, string>, set: (change: Record<string, string | null>) => void}} props */
export function AgentList({ query, set }) {
  const names = useRef(new Names());
  const { text = "", state = "", queue = "" } = query;
  const sort = { key: query.sort ?? "name", down: query.down === "1" };
  const pause = names.current.size > MANY ? 1000 : 200; // who is listed; what stands in a row comes at once
  const rows = useLive(() => agentRows(agents.list, { text, state, queue }, sort, names.current), [text, state, queue, sort.key, sort.down], pause);
  const columns = useMemo(columnsOf, [t("supervisor.agent")]);
  const table = useMemo(() => html`<${Table} caption=${t("supervisor.agents")} columns=${columns} rows=${rows} virtual height="calc(100dvh - 21rem)"
    sort=${sort} onSort=${(/** @type {any} */ next) => set({ sort: next.key, down: next.down ? "1" : null })} selected=${query.agent ?? null}
    onOpen=${(/** @type {Agent} */ one) => set({ agent: one.id, call: null })} class="supervisor-agents"
    empty=${html`<${Empty} icon="people" title=${t("supervisor.no_agents")}>${t("supervisor.no_agents_hint")}<//>`} />`,
  [rows, columns, query.agent, sort.key, sort.down]);
  return html`<${Filters} label=${t("supervisor.filter_agents")}>
      <${SearchField} label=${t("supervisor.name")} value=${text} onInput=${(/** @type {string} */ value) => set({ text: value })} />
      <${SelectField} label=${t("supervisor.state")} value=${state} empty=${t("supervisor.any_state")} options=${stateOptions()} onInput=${(/** @type {string} */ value) => set({ state: value })} />
      <${QueueFilter} value=${queue} set=${set} /><//>${table}`;
}

/** @param {{value: string, set: (change: Record<string, string | null>) => void}} props */
export const QueueFilter = ({ value, set }) =>
  html`<${SelectField} label=${t("supervisor.queue")} value=${value} empty=${t("supervisor.any_queue")} onInput=${(/** @type {string} */ queue) => set({ queue })}
    options=${queues.list.sort(byName).map((one) => ({ value: one.id, label: one.name }))} />`;

const stateOptions = () => Object.keys(LOOKS.agent).map((value) => ({ value, label: wordOf("agent", value) }));

/** @returns {import("../../kit/table.js").Column[]} */
const columnsOf = () => [
  { key: "name", label: t("supervisor.agent"), sortable: true, width: "28%", render: (one) => html`<${Text}>${one.name}<//>` },
  { key: "state", label: t("supervisor.state"), sortable: true, width: "10.5rem", render: (one) => html`<${State} id=${one.id} />` },
  { key: "since", label: t("supervisor.since"), sortable: true, align: "end", width: "6rem", render: (one) => html`<${Since} id=${one.id} />` },
  { key: "call", label: t("supervisor.call"), hideNarrow: true, render: (one) => html`<${CallOf} id=${one.id} />` },
];
