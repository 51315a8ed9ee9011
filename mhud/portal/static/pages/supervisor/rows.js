/** Which agents and calls are listed, in which order. Pure: ten thousand agents are sorted in milliseconds. */

/**
 * @typedef {import("../../app/live_state.js").Agent} Agent
 * @typedef {import("../../app/live_state.js").Call} Call
 * @typedef {{text: string, state: string, queue: string}} Filter "" stands for all
 * @typedef {{key: string, down: boolean}} Sort
 */

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const STATES = ["unreachable", "ringing", "on-call", "wrap-up", "on-break", "available", "offline"];
const rankOf = new Map(STATES.map((status, n) => [status, n]));

/** Comparing names is what takes long: it is done anew only when a name is. */
export class Names {
  /** @type {Map<string, {name: string, rank: number}>} */
  #ranks = new Map();

  /** @param {Agent[]} agents */
  learn(agents) {
    const isKnown = agents.length === this.#ranks.size && agents.every((one) => this.#ranks.get(one.id)?.name === one.name);
    if (isKnown) return;
    const sorted = [...agents].sort((a, b) => words.compare(a.name, b.name));
    this.#ranks = new Map(sorted.map((one, rank) => [one.id, { name: one.name, rank }]));
  }

  /** @param {Agent} agent */
  rank = (agent) => this.#ranks.get(agent.id)?.rank ?? 0;
}

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
