/** How the API's words look: agents, calls, cases. Their texts are in messages/<language>/words.js. */
import { html } from "../vendor/kit.js";
import { hasText, t } from "../app/i18n.js";
import { Badge } from "./badge.js";

/** @typedef {import("./badge.js").Tone} Tone @typedef {import("./badge.js").Shape} Shape */
/** @type {Record<string, Record<string, [Tone, Shape]>>} */
export const LOOKS = {
  agent: {
    available: ["good", "dot"], ringing: ["info", "triangle"], "on-call": ["info", "square"],
    "wrap-up": ["warn", "half"], "on-break": ["warn", "bar"], offline: ["neutral", "ring"],
    unreachable: ["bad", "cross"],
  },
  call: {
    initiating: ["neutral", "ring"], ringing: ["info", "triangle"], ivr: ["neutral", "half"],
    queued: ["warn", "bar"], "in-progress": ["good", "dot"], "on-hold": ["warn", "square"],
    ended: ["neutral", "cross"],
  },
  case_status: {
    open: ["warn", "ring"], assigned: ["info", "half"], in_progress: ["info", "dot"],
    resolved: ["good", "square"], closed: ["neutral", "bar"],
  },
  priority: {
    low: ["neutral", "ring"], medium: ["neutral", "half"], high: ["warn", "triangle"],
    critical: ["bad", "diamond"],
  },
};

/** A word of the API in the person's language; one that has no text yet as it is.
 * @param {string} kind such as "agent", "call", "end_reason" @param {string | null | undefined} word */
export function wordOf(kind, word) {
  if (!word) return "–";
  const key = `words.${kind}.${word}`;
  return hasText(key) ? t(key) : word;
}

/** @param {{kind: "agent" | "call" | "case_status" | "priority", word: string, plain?: boolean}} props */
export function Status({ kind, word, plain = false }) {
  const [tone, shape] = LOOKS[kind][word] ?? ["neutral", "ring"];
  return html`<${Badge} tone=${tone} shape=${shape} plain=${plain}>${wordOf(kind, word)}<//>`;
}
