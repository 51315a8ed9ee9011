/** Each agent who is there: state, name, how long. */
import { html, useRef } from "../../vendor/kit.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { Badge } from "../../kit/badge.js";
import { Panel } from "../../kit/layout.js";
import { LOOKS, wordOf } from "../../kit/status.js";
import { Text } from "../../kit/text.js";
import { Timer } from "../../kit/timer.js";
import { longIn } from "./limits.js";
import { Names } from "./names.js";

const STATES = ["available", "ringing", "on-call", "wrap-up", "on-break", "unreachable", "offline"];

/** @param {{facts: import("./facts.js").Facts, most: number}} props */
export function Tiles({ facts, most }) {
  const names = useRef(new Names()).current;
  const shown = ordered(facts.agents, most, names);
  const more = facts.agents.length - shown.length;
  return html`<${Panel} title=${t("board.agents")} class="board-agents" actions=${html`<${Tallies} states=${facts.states} />`}>
    ${shown.length ? html`<ul class="board-tiles" data-fits>${shown.map((agent) => html`<${Tile} key=${agent.id} agent=${agent} />`)}</ul>` : html`<p class="quiet">${t("board.nobody_there")}</p>`}
    ${more > 0 && html`<p class="board-more">${t("board.more_agents", { n: more })}</p>`}<//>`;
}

/** Their places stay, by name; where not all find room, who is free is left out first.
 * @param {import("./facts.js").Agent[]} all @param {number} most @param {Names} names */
function ordered(all, most, names) {
  names.learn(all);
  const named = [...all].sort((a, b) => names.rank(a) - names.rank(b));
  if (named.length <= most) return named;
  const urgent = named.filter((one) => one.help);
  const busy = named.filter((one) => !one.help && one.status !== "available");
  const free = named.filter((one) => !one.help && one.status === "available");
  return [...urgent, ...busy, ...free].slice(0, most).sort((a, b) => names.rank(a) - names.rank(b));
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
