import { html } from "../../vendor/kit.js";
import { formatDuration, formatNumber, formatPercent } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { Badge } from "../../kit/badge.js";
import { Panel } from "../../kit/layout.js";
import { LOOKS } from "../../kit/status.js";
import { Text } from "../../kit/text.js";
import { Timer } from "../../kit/timer.js";
import { ofService } from "./limits.js";
import { Marked, levelOf } from "./mark.js";

const STATES = ["available", "ringing", "on-call", "wrap-up", "on-break", "unreachable"];

const LONG = 22; // letters of a name that find room in one line on a wall

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
      ${STATES.map((status) => html`<th key=${status} scope="col" class="end hide-narrow" title=${t(`words.agent.${status}`)}><span class="board-word">${t(`board.state_${status}`)}</span>
        <span class="board-shape" aria-hidden="true"><${Badge} tone=${LOOKS.agent[status][0]} shape=${LOOKS.agent[status][1]} plain /></span></th>`)}</tr></thead>`;
}

/** @param {{queue: import("./facts.js").QueueFacts, goal: number}} props */
function Row({ queue, goal }) {
  const { sla, states } = queue;
  const limit = sla?.threshold ?? Infinity;
  const cell = (/** @type {any} */ value) => html`<td class="end hide-narrow">${value}</td>`;
  return html`<tr><th scope="row" class=${queue.name.length > LONG ? "board-long" : ""}><${Text}>${queue.name}<//></th>
    <td class="end"><${Marked} level=${levelOf(queue)}>${formatNumber(queue.waiting)}<//></td>
    <td class="end"><${Timer} since=${queue.since} warnAfter=${limit / 2} badAfter=${limit} /></td>
    <td class="end">${formatDuration(queue.average)}</td>
    ${cell(html`<${Marked} level=${ofService(queue.slaNow, goal)}>${formatPercent(queue.slaNow, 1)}<//>`)}
    ${cell(html`<${Marked} level=${ofService(queue.slaToday, goal)}>${formatPercent(queue.slaToday, 1)}<//>`)}
    ${cell(sla && html`<span title=${t("board.in_time_title", { n: sla.threshold })}>${formatNumber(sla.answered_within)}</span>`)}
    ${cell(formatNumber(sla?.answered))}${cell(formatNumber(sla?.abandoned))}
    ${STATES.map((status) => html`<td key=${status} class="end hide-narrow ${states[status] ? "" : "quiet"}">${formatNumber(states[status] ?? 0)}</td>`)}</tr>`;
}
