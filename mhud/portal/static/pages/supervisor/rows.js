/** Which agents and calls are listed, in which order. Pure: ten thousand agents are sorted in milliseconds. */

/** @typedef {import("../board/names.js").Names} Names */

/**
 * @typedef {import("../../app/live_state.js").Agent} Agent
 * @typedef {import("../../app/live_state.js").Call} Call
 * @typedef {{text: string, state: string, queue: string}} Filter "" stands for all
 * @typedef {{key: string, down: boolean}} Sort
 */

const STATES = ["unreachable", "ringing", "on-call", "wrap-up", "on-break", "available", "offline"];
const rankOf = new Map(STATES.map((status, n) => [status, n]));

/** @param {Agent[]} agents @param {Filter} filter @param {Sort} sort @param {Names} names @returns {Agent[]} */
export function agentRows(agents, filter, sort, names) {
  names.learn(agents);
  const text = filter.text.trim().toLocaleLowerCase();
  const shown = agents.filter((one) =>
    (!filter.state || one.status === filter.state) &&
    (!filter.queue || one.queues.includes(filter.queue)) &&
    (!text || one.name.toLocaleLowerCase().includes(text) || one.id.toLocaleLowerCase().includes(text)));
  const way = sort.down ? -1 : 1;
  const by = measureOf(sort.key, names);
  return shown.sort((a, b) => way * (by(a) - by(b)) || names.rank(a) - names.rank(b));
}

/** @param {string} key @param {Names} names @returns {(agent: Agent) => number} */
function measureOf(key, names) {
  if (key === "state") return (agent) => rankOf.get(agent.status) ?? STATES.length;
  if (key === "since") return (agent) => -agent.since;
  return names.rank;
}

/** Those of people: what a supervisor listens by is none. Who waits longest first, then who talks longest.
 * @param {Call[]} calls @param {{state: string, queue: string}} filter */
export function callRows(calls, { state, queue }) {
  const rank = (/** @type {Call} */ call) => (call.status === "queued" ? 0 : 1);
  return calls
    .filter((call) => !call.monitors && (!state || call.status === state) && (!queue || call.queue_id === queue))
    .sort((a, b) => rank(a) - rank(b) || a.start_time.localeCompare(b.start_time));
}
