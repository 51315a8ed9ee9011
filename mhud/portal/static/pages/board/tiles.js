/** Each agent who is there: state, name, how long. */
import { html } from "../../vendor/kit.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { Badge } from "../../kit/badge.js";
import { Panel } from "../../kit/layout.js";
import { LOOKS, wordOf } from "../../kit/status.js";
import { Text } from "../../kit/text.js";
import { Timer } from "../../kit/timer.js";
import { byName } from "./facts.js";
import { longIn } from "./limits.js";

const STATES = ["available", "ringing", "on-call", "wrap-up", "on-break", "unreachable", "offline"];

/** @param {{facts: import("./facts.js").Facts, most: number}} props */
export function Tiles({ facts, most }) {
  const shown = ordered(facts.agents, most);
  const more = facts.agents.length - shown.length;
  return html`<${Panel} title=${t("board.agents")} class="board-agents" actions=${html`<${Tallies} states=${facts.states} />`}>
    ${shown.length ? html`<ul class="board-tiles" data-fits>${shown.map((agent) => html`<${Tile} key=${agent.id} agent=${agent} />`)}</ul>` : html`<p class="quiet">${t("board.nobody_there")}</p>`}
    ${more > 0 && html`<p class="board-more">${t("board.more_agents", { n: more })}</p>`}<//>`;
}

/** Their places stay, by name; where not all find room, who is free is left out first.
 * @param {import("./facts.js").Agent[]} all @param {number} most */
function ordered(all, most) {
  const named = [...all].sort(byName);
  if (named.length <= most) return named;
  const rank = (/** @type {import("./facts.js").Agent} */ one) => (one.help ? -1 : one.status === "available" ? 1 : 0);
  return named.sort((a, b) => rank(a) - rank(b)).slice(0, most).sort(byName);
}

/** Drawn anew when this agent is another object, with all others that changed meanwhile: painting is
 * what costs most. @param {{agent: import("./facts.js").Agent}} props */
function Tile({ agent }) {
  const [tone, shape] = LOOKS.agent[agent.status] ?? ["neutral", "ring"];
  const word = agent.status === "on-break" && agent.reason_code ? wordOf("reason", agent.reason_code) : wordOf("agent", agent.status);
  return html`<li class="tile tile-${agent.help ? "bad" : tone}" data-agent=${agent.id} data-status=${agent.status}>
    <span class="tile-name"><${Text}>${agent.name}<//></span>
    <span class="tile-state">${agent.help ? html`<${Badge} tone="bad" shape="triangle" plain>${t("board.asks_help")}<//>` : html`<${Badge} tone=${tone} shape=${shape} plain>${word}<//>`}<${Timer} since=${agent.since} ...${longIn(agent.status)} /></span></li>`;
}

/** How many in which state, with the shapes that stand in the tiles. @param {{states: import("./facts.js").States}} props */
function Tallies({ states }) {
  return html`<ul class="board-tallies">${STATES.map((status) => {
    const [tone, shape] = LOOKS.agent[status];
    return html`<li key=${status}><${Badge} tone=${tone} shape=${shape} plain>${formatNumber(states[status] ?? 0)} ${wordOf("agent", status)}<//></li>`;
  })}</ul>`;
}
