import {
  Badge, Button, Empty, Filters, Loaded, PageHead, SearchField, SelectField, Status, Table, Text, html, useLoad, useState,
} from "../../kit/index.js";
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { mayFor } from "../../app/rights.js";
import { setQuery } from "../../app/router.js";
import { AgentForm, NewAgent } from "./agent_form.js";
import { useQueueNames } from "./queues_field.js";

/** @typedef {{agent_id: string, user_id: number, username: string, name: string, role: string, is_active: boolean, interface: string,
 *   extension: string | null, queues: string[], skills: Record<string, number>, status: string, device_state: string, version: number}} Agent */

/** @param {{query: Record<string, string>}} props */
export default function Agents({ query }) {
  const { q = "", queue = "", agent = "" } = query;
  const agents = useLoad((signal) => get("/api/v1/agents/roster", {}, { signal }), []);
  const queueName = useQueueNames();
  const [isNew, setNew] = useState(false);
  const set = (/** @type {Record<string, string>} */ more) => setQuery({ ...query, ...more });
  const close = () => set({ agent: "" });
  const saved = () => {
    close();
    setNew(false);
    agents.again();
  };
  const open = agents.data?.agents.find((/** @type {Agent} */ one) => one.agent_id === agent);
  const actions = mayFor("manage_users") && html`<${Button} kind="primary" icon="plus" onClick=${() => setNew(true)}>${t("roster.new")}<//>`;
  const queues = [...new Set(/** @type {Agent[]} */ (agents.data?.agents ?? []).flatMap((one) => one.queues))].sort();
  return html`<${PageHead} title=${t("roster.title")} actions=${actions}><p class="quiet">${t("roster.about")}</p><//>
    <${Filters} label=${t("roster.filter")}><${SearchField} label=${t("roster.search")} value=${q} onInput=${(/** @type {string} */ text) => set({ q: text })} />
      <${SelectField} label=${t("roster.queue")} value=${queue} empty=${t("roster.any_queue")} onInput=${(/** @type {string} */ one) => set({ queue: one })}
        options=${queues.map((value) => ({ value, label: queueName(value) }))} /><//>
    <${Loaded} of=${agents} rows=${8}>${(/** @type {{agents: Agent[]}} */ data) => html`<${Table} caption=${t("roster.title")} columns=${columns(queueName)} virtual
      rows=${matching(data.agents, q, queue)} rowKey=${(/** @type {Agent} */ one) => one.agent_id} onOpen=${(/** @type {Agent} */ one) => set({ agent: one.agent_id })}
      empty=${html`<${Empty} icon="call" title=${t("roster.none")}>${t("roster.none_hint")}<//>`} />`}<//>
    ${open && html`<${AgentForm} key=${open.agent_id} of=${open} onClose=${close} onSaved=${saved} />`}
    ${isNew && html`<${NewAgent} taken=${agents.data?.agents ?? []} onClose=${() => setNew(false)} onSaved=${saved} />`}`;
}

/** @param {Agent[]} agents @param {string} q @param {string} queue */
function matching(agents, q, queue) {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (/** @type {Agent} */ one) => `${one.agent_id} ${one.name} ${one.username} ${one.extension ?? ""}`.toLowerCase();
  return agents.filter((one) => (!queue || one.queues.includes(queue)) && words.every((word) => text(one).includes(word)));
}

/** @param {(id: string) => string} queueName @returns {import("../../kit/table.js").Column[]} */
const columns = (queueName) => [
  { key: "name", label: t("roster.name"), by: (one) => one.name, render: (one) => html`<div class="in-short"><${Text}>${one.name}<//></div>
    ${!one.is_active && html`<${Badge}>${t("roster.disabled")}<//>`}` },
  { key: "agent_id", label: t("roster.agent"), by: (one) => one.agent_id },
  { key: "status", label: t("roster.status"), by: (one) => one.status, render: (one) => html`<${Status} kind="agent" word=${one.status} />` },
  { key: "extension", label: t("roster.extension"), by: (one) => one.extension, render: (one) => one.extension ?? "–", hideNarrow: true },
  { key: "interface", label: t("roster.interface"), width: "9.5rem", by: (one) => one.interface, render: (one) => html`<code>${one.interface}</code>`, hideNarrow: true },
  { key: "queues", label: t("roster.queues"), width: "16rem", hideNarrow: true,
    render: (one) => html`<${Text}>${one.queues.map(queueName).join(", ") || "–"}<//>` },
];
