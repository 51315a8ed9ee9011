import { Badge, Empty, Loaded, Panel, Status, Table, Text, html, useLoad, wordOf } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { href } from "../../app/router.js";

/** @typedef {{agent_id: string, name: string, status: string, membership: string, penalty: number, paused: boolean, paused_reason: string | null}} Member */

/** Who serves a queue now, and who joins it at the next sign-in. @param {{id: string}} props */
export function Members({ id }) {
  const members = useLoad((signal) => get(`/api/v1/queues/${encodeURIComponent(id)}/members`, {}, { signal }), [id]);
  const roster = useLoad((signal) => (may("view_users") ? get("/api/v1/agents/roster", {}, { signal }) : Promise.resolve({ agents: [] })), []);
  const names = new Map(roster.data?.agents.map((/** @type {Member} */ one) => [one.agent_id, one.name]));
  const all = may("view_users") && html`<a href=${href("/agents", { queue: id })}>${t("queue_settings.to_agents")}</a>`;
  return html`<${Panel} title=${t("queue_settings.members")} actions=${all} flush><${Loaded} of=${members}>${(/** @type {{members: Member[], configured: string[]}} */ data) => html`
    <${Table} caption=${t("queue_settings.members")} rows=${rowsOf(data, names)} columns=${columns()} rowKey=${(/** @type {Member} */ one) => one.agent_id}
      empty=${html`<${Empty} icon="people" title=${t("queue_settings.no_members")}>${t("queue_settings.no_members_hint")}<//>`} />`}<//>
    <p class="panel-note quiet small">${t("queue_settings.members_hint")}</p><//>`;
}

/** @param {{members: Member[], configured: string[]}} data @param {Map<string, string>} names of who is not here now */
function rowsOf({ members, configured }, names) {
  const away = configured.filter((id) => !members.some((one) => one.agent_id === id));
  return [...members, ...away.map((agent_id) => ({ agent_id, name: names.get(agent_id) ?? agent_id, status: "offline", membership: "configured", penalty: 0, paused: false, paused_reason: null }))];
}

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "name", label: t("queue_settings.agent"), by: (one) => one.name, render: (one) => html`<${Text}>${one.name}<//>` },
  { key: "agent_id", label: t("queue_settings.phone"), by: (one) => one.agent_id, hideNarrow: true },
  { key: "status", label: t("queue_settings.status"), by: (one) => one.status, render: (one) => html`<${Status} kind="agent" word=${one.status} />` },
  { key: "membership", label: t("queue_settings.membership"), by: (one) => one.membership, render: (one) => t(`queue_settings.is_${one.membership}`), hideNarrow: true },
  { key: "penalty", label: t("queue_settings.penalty"), align: "end", by: (one) => one.penalty, render: (one) => formatNumber(one.penalty), hideNarrow: true },
  { key: "paused", label: t("queue_settings.paused"), by: (one) => Number(one.paused), hideNarrow: true,
    render: (one) => (one.paused ? html`<${Badge} tone="warn" shape="bar">${wordOf("reason", one.paused_reason) === "–" ? t("queue_settings.is_paused") : wordOf("reason", one.paused_reason)}<//>` : "–") },
];
