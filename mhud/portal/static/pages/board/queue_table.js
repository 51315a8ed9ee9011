import { html } from "../../vendor/kit.js";
import { formatDuration, formatNumber, formatPercent } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { now } from "../../app/clock.js";
import { Panel } from "../../kit/layout.js";
import { Text } from "../../kit/text.js";
import { Timer } from "../../kit/timer.js";
import { ofLine, ofService } from "./limits.js";
import { Marked } from "./mark.js";

const STATES = ["available", "ringing", "on-call", "wrap-up", "on-break", "unreachable"];

/** @param {import("./facts.js").States} states */
export const agentsThere = (states) => STATES.reduce((all, status) => all + (states[status] ?? 0), 0);

/** @param {{facts: import("./facts.js").Facts, goal: number, most?: number}} props `most`: so many rows */
export function QueueTable({ facts, goal, most = Infinity }) {
  const more = facts.queues.length - most;
  return html`<${Panel} title=${t("board.queues")} flush class="board-queues">
    <div class="table-box" tabindex="0" role="group" aria-label=${t("board.queues")}><table class="table">
      <caption class="hidden">${t("board.queues")}</caption>
      <${Head} />
      <tbody>${facts.queues.slice(0, most).map((queue) => html`<${Row} key=${queue.id} queue=${queue} goal=${goal} />`)}</tbody>
    </table></div>
    ${more > 0 && html`<p class="board-more">${t("board.more_queues", { n: more })}</p>`}<//>`;
}

function Head() {
  const columns = ["waiting", "longest_short", "average_short", "sla_now", "sla_today", "in_time", "answered", "abandoned"];
  return html`<thead>
    <tr class="board-groups"><th scope="col" rowspan="2">${t("board.queue")}</th>
      <th scope="colgroup" colspan="3">${t("board.callers")}</th>
      <th scope="colgroup" colspan="5" class="hide-narrow">${t("board.service_level")}</th>
      <th scope="colgroup" colspan=${STATES.length} class="hide-narrow">${t("board.agents")}</th></tr>
    <tr>${columns.map((name, n) => html`<th key=${name} scope="col" class="end ${n > 2 ? "hide-narrow" : ""}">${t(`board.${name}`)}</th>`)}
      ${STATES.map((status) => html`<th key=${status} scope="col" class="end hide-narrow" title=${t(`words.agent.${status}`)}>${t(`board.state_${status}`)}</th>`)}</tr></thead>`;
}

/** @param {{queue: import("./facts.js").QueueFacts, goal: number}} props */
function Row({ queue, goal }) {
  const { sla, states } = queue;
  const limit = sla?.threshold ?? Infinity;
  const level = ofLine({ ...queue, limit, agents: agentsThere(states) }, now.value);
  const cell = (/** @type {any} */ value) => html`<td class="end hide-narrow">${value}</td>`;
  return html`<tr><th scope="row"><${Text}>${queue.name}<//></th>
    <td class="end"><${Marked} level=${level}>${formatNumber(queue.waiting)}<//></td>
    <td class="end"><${Timer} since=${queue.since} warnAfter=${limit / 2} badAfter=${limit} /></td>
    <td class="end">${formatDuration(queue.average)}</td>
    ${cell(html`<${Marked} level=${ofService(queue.slaNow, goal)}>${formatPercent(queue.slaNow)}<//>`)}
    ${cell(html`<${Marked} level=${ofService(queue.slaToday, goal)}>${formatPercent(queue.slaToday)}<//>`)}
    ${cell(sla && html`<span title=${t("board.in_time_title", { n: sla.threshold })}>${formatNumber(sla.answered_within)}</span>`)}
    ${cell(formatNumber(sla?.answered))}${cell(formatNumber(sla?.abandoned))}
    ${STATES.map((status) => html`<td key=${status} class="end hide-narrow ${states[status] ? "" : "quiet"}">${formatNumber(states[status] ?? 0)}</td>`)}</tr>`;
}
