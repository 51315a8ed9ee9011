/** From where on something is worth a look, and from where on it is bad. Pure. */

/** @typedef {"" | "warn" | "bad"} Level */

export const GOAL = 80; // percent of callers who are served in time; the board's own address may say another
const FAR = 20; // so many points below the goal is bad

/** Seconds in a status. @type {Record<string, [number, number]>} */
const LONG = {
  available: [36_000, 72_000],
  ringing: [20, 40],
  "on-call": [1800, 3600],
  "wrap-up": [300, 900],
  "on-break": [1200, 2700],
  unreachable: [0, 60],
};

/** @param {string} status @returns {{warnAfter: number, badAfter: number}} as Timer takes them */
export function longIn(status) {
  const [warnAfter, badAfter] = LONG[status] ?? [Infinity, Infinity];
  return { warnAfter, badAfter };
}

/** @param {number | null} percent @param {number} goal @returns {Level} */
export function ofService(percent, goal) {
  if (percent === null || percent >= goal) return "";
  return percent >= goal - FAR ? "warn" : "bad";
}

/** Half as long as the queue promises: worth a look. Longer than that, or nobody will answer: bad.
 * @param {{waiting: number, since: number | null, limit: number, agents: number}} line `limit`: seconds;
 *   `agents`: who serve it and may answer now or soon @param {number} now ms @returns {Level} */
export function ofLine({ waiting, since, limit, agents }, now) {
  if (!waiting) return "";
  const seconds = since === null ? 0 : (now - since) / 1000;
  if (seconds >= limit || !agents) return "bad";
  return seconds >= limit / 2 ? "warn" : "";
}
