import { Empty, Filters, SelectField, Status, Table, Timer, html } from "../../kit/index.js";
import { LOOKS, wordOf } from "../../kit/status.js";
import { t } from "../../app/i18n.js";
import { calls } from "../../app/live.js";
import { talksSince, waitsSince } from "../board/facts.js";
import { AgentName, CallerName, QueueName } from "../board/lines.js";
import { useLive } from "../board/use_facts.js";
import { QueueFilter } from "./agent_list.js";
import { callRows } from "./rows.js";

/** @typedef {import("./rows.js").Call} Call */

/** @param {{query: Record<string, string>, set: (change: Record<string, string | null>) => void}} props */
export function CallList({ query, set }) {
  const { call_state: state = "", queue = "" } = query;
  const rows = useLive(() => callRows(calls.list, { state, queue }), [state, queue]);
  const empty = html`<${Empty} icon="call" title=${t("supervisor.no_calls")} />`;
  return html`<${Filters} label=${t("supervisor.filter_calls")}>
      <${SelectField} label=${t("supervisor.state")} value=${state} empty=${t("supervisor.any_state")} onInput=${(/** @type {string} */ value) => set({ call_state: value })}
        options=${Object.keys(LOOKS.call).filter((one) => one !== "ended").map((value) => ({ value, label: wordOf("call", value) }))} />
      <${QueueFilter} value=${queue} set=${set} /><//>
    <${Table} caption=${t("supervisor.calls")} columns=${columnsOf()} rows=${rows} virtual height="calc(100dvh - 21rem)" selected=${query.call ?? null}
      onOpen=${(/** @type {Call} */ one) => set({ call: one.id, agent: null })} empty=${empty} />`;
}

/** When what it does now began, ms. @param {Call} call */
export const doesSince = (call) => (call.status === "queued" ? waitsSince(call) : talksSince(call));

/** @returns {import("../../kit/table.js").Column[]} */
const columnsOf = () => [
  { key: "caller", label: t("supervisor.party"), render: (call) => html`<${CallerName} call=${call} />` },
  { key: "state", label: t("supervisor.state"), width: "9rem", render: (call) => html`<${Status} kind="call" word=${call.status} />` },
  { key: "since", label: t("supervisor.since"), align: "end", width: "5rem", render: (call) => html`<${Timer} since=${doesSince(call)} />` },
  { key: "agent", label: t("supervisor.agent"), render: (call) => html`<${AgentName} id=${call.agent_id} />` },
  { key: "queue", label: t("supervisor.queue"), hideNarrow: true, render: (call) => html`<${QueueName} id=${call.queue_id} />` },
];
