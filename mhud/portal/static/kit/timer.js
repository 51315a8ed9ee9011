import { html } from "../vendor/kit.js";
import { now, secondsSince } from "../app/clock.js";
import { formatDuration } from "../app/format.js";

const MARKS = { "": "", warn: "!", bad: "‼" };

/** Counts up from `since`, or down to `until`; by the server's clock.
 * @param {{since?: string | number | null, until?: string | number | null, warnAfter?: number,
 *   badAfter?: number, label?: string}} props
 *   instants RFC 3339 or ms; `warnAfter`, `badAfter`: seconds, then it also gets a mark */
export function Timer({ since, until, warnAfter = Infinity, badAfter = Infinity, label }) {
  const from = since ?? until;
  if (!from) return html`<span class="timer quiet">–</span>`;
  const end = until ? (typeof until === "number" ? until : Date.parse(until)) : 0;
  const seconds = until ? secondsSince(now.value, end) : secondsSince(from);
  const hasMark = Number.isFinite(Math.min(warnAfter, badAfter)); // its room is kept
  const level = seconds >= badAfter ? "bad" : seconds >= warnAfter ? "warn" : "";
  return html`<span class="timer ${level && `timer-${level}`}" role="timer" aria-live="off"
    aria-label=${label && `${label} ${formatDuration(seconds)}`}>${hasMark &&
    html`<span class="timer-mark" aria-hidden="true">${MARKS[level]}</span>`}${formatDuration(seconds)}</span>`;
}
