import { get, request } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { agents } from "../../app/live.js";
import { may } from "../../app/rights.js";
import { me } from "../../app/session.js";
import { Badge, Button, Empty, Loaded, More, Panel, Status, Text, When, html, useAction, usePages } from "../../kit/index.js";
import { ROOT } from "./client_api.js";

/** Contacts of a client with agents. @param {{id: string}} props */
export function Sessions({ id }) {
  const path = `${ROOT}/${id}/sessions`;
  const found = usePages(async (cursor, signal) => {
    const page = await get(path, { cursor, limit: 20 }, { signal });
    return { items: page.sessions, cursor: page.next_cursor, total: page.total };
  }, [id]);
  const end = useAction((/** @type {string} */ session, /** @type {string} */ status) => request("PUT", `${path}/${session}`, { body: { status } }));
  const finish = async (/** @type {string} */ session, /** @type {string} */ status) => (await end.run(session, status)) && found.again();
  return html`<${Panel} title=${t("clients.sessions")}><${Loaded} of=${found.of}>${() => found.items.length
    ? html`<ul class="cases-list">${found.items.map((one) => html`<${Session} key=${one.session_id} of=${one} busy=${end.busy} onEnd=${finish} />`)}</ul><${More} ...${found.more} />`
    : html`<${Empty} icon="clock" title=${t("clients.no_sessions")} />`}<//><//>`;
}

/** @param {{of: any, busy: boolean, onEnd: (id: string, status: string) => void}} props */
function Session({ of: one, busy, onEnd }) {
  const isOpen = one.status === "in-progress";
  const mayEnd = isOpen && may("manage_clients") && (one.agent_id === me.value?.agent_id || may("manage_agents"));
  return html`<li class="stack-tight"><p class="row"><strong>${t(`clients.session_${one.session_type}`)}</strong>
      <${Badge} tone=${isOpen ? "info" : "neutral"}>${t(`clients.session_is_${one.status}`)}<//><${Status} kind="priority" word=${one.priority} plain /></p>
    <p class="small quiet"><${When} at=${one.start_time} /> · <${Text}>${agents.peek(one.agent_id)?.name ?? one.agent_id}<//></p>
    ${one.notes && html`<${Text} lines>${one.notes}<//>`}
    ${mayEnd && html`<div class="actions"><${Button} busy=${busy} onClick=${() => onEnd(one.session_id, "completed")}>${t("clients.session_complete")}<//>
      <${Button} kind="quiet" busy=${busy} onClick=${() => onEnd(one.session_id, "cancelled")}>${t("clients.session_cancel")}<//></div>`}</li>`;
}
