/** Callers as they wait, and who talks. */
import { html } from "../../vendor/kit.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { agents, queues } from "../../app/live.js";
import { Panel } from "../../kit/layout.js";
import { Badge } from "../../kit/badge.js";
import { Text } from "../../kit/text.js";
import { Timer } from "../../kit/timer.js";
import { talksSince, waitsSince } from "./facts.js";
import { longIn } from "./limits.js";

/** @typedef {import("./facts.js").Call} Call */

/** @param {{id: string | null}} props */
export const QueueName = ({ id }) => html`<${Text}>${(id && queues.get(id)?.name) || id || "–"}<//>`;

/** @param {{id: string | null}} props */
export const AgentName = ({ id }) => html`<${Text}>${(id && agents.get(id)?.name) || id || "–"}<//>`;

/** @param {{call: Call}} props */
export const CallerName = ({ call }) => {
  const number = call.direction === "outbound" ? call.destination : call.caller_id;
  return number ? html`<bdi class="mono">${number}</bdi>` : html`<span class="quiet">${t("board.no_number")}</span>`;
};

/** @param {{calls: Call[], most: number}} props */
export function Waiting({ calls, most }) {
  return html`<${Lines} title=${t("board.callers_waiting")} name="waiting" calls=${calls} most=${most} empty=${t("board.nobody_waits")}
    who=${(/** @type {Call} */ call) => html`<${CallerName} call=${call} />`}
    what=${(/** @type {Call} */ call) => html`<${QueueName} id=${call.queue_id} />`}
    when=${(/** @type {Call} */ call) => {
      const limit = queues.peek(call.queue_id)?.sla?.threshold ?? Infinity;
      return html`<${Timer} since=${waitsSince(call)} warnAfter=${limit / 2} badAfter=${limit} label=${t("board.waits")} />`;
    }} />`;
}

/** @param {{calls: Call[], most: number}} props */
export function Talking({ calls, most }) {
  return html`<${Lines} title=${t("board.calls")} name="talking" calls=${calls} most=${most} empty=${t("board.nobody_talks")}
    who=${(/** @type {Call} */ call) => html`<${AgentName} id=${call.agent_id} />`}
    what=${(/** @type {Call} */ call) => html`<${QueueName} id=${call.queue_id} />${call.status === "on-hold" && html` <${Badge} tone="warn" shape="square" plain>${t("words.call.on-hold")}<//>`}`}
    when=${(/** @type {Call} */ call) => html`<${Timer} since=${talksSince(call)} ...${longIn("on-call")} label=${t("board.talks")} />`} />`;
}

/** @param {{title: string, name: string, calls: Call[], most: number, empty: string, who: any, what: any, when: any}} props */
function Lines({ title, name, calls, most, empty, who, what, when }) {
  const more = calls.length - most;
  const count = html`<span class="tab-count">${formatNumber(calls.length)}</span>`;
  return html`<${Panel} title=${html`${title} ${count}`} class="board-lines board-${name}">
    ${calls.length ? html`<ul data-fits>${calls.slice(0, most).map((call) => html`<li key=${call.id} data-call=${call.id}>
      <span class="board-who">${who(call)}</span><span class="board-what quiet small">${what(call)}</span>${when(call)}</li>`)}</ul>`
      : html`<p class="quiet">${empty}</p>`}
    ${more > 0 && html`<p class="board-more">${t("board.more", { n: more })}</p>`}<//>`;
}
