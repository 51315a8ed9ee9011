import { html } from "../../vendor/kit.js";
import { now } from "../../app/clock.js";
import { t } from "../../app/i18n.js";
import { Badge } from "../../kit/badge.js";
import { serving } from "./facts.js";
import { ofLine } from "./limits.js";

/** A figure beyond a limit gets a shape and a word besides its color.
 * @param {{level: import("./limits.js").Level, children?: any}} props */
export function Marked({ level, children }) {
  if (!level) return html`<span>${children}</span>`;
  return html`<${Badge} tone=${level} plain>${children}<span class="hidden"> ${t(`board.level_${level}`)}</span><//>`;
}

/** Of who waits in a queue; it ticks. @param {import("./facts.js").QueueFacts} queue */
export const levelOf = (queue) =>
  ofLine({ ...queue, limit: queue.sla?.threshold ?? Infinity, agents: serving(queue.states) }, now.value);
