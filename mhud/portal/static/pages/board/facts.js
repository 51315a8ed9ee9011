/** What the board says, made of calls, agents and queues. Pure: node's tests read it too. */

/**
 * @typedef {import("../../app/live_state.js").Call} Call
 * @typedef {import("../../app/live_state.js").Agent} Agent
 * @typedef {import("../../app/live_state.js").Queue} Queue
 * @typedef {Record<string, number>} States how many agents by status
 *
 * @typedef {object} QueueFacts
 * @property {string} id
 * @property {string} name
 * @property {number} waiting
 * @property {number | null} since ms, when the one who waits longest joined
 * @property {number | null} average seconds, today
 * @property {number | null} slaNow of the last 30 minutes, 0–100
 * @property {number | null} slaToday 0–100
 * @property {any} sla its parts, as in /queues/stats
 * @property {States} states of who serves it
 *
 * @typedef {object} Facts
 * @property {QueueFacts[]} queues by name
 * @property {Call[]} waiting who waits longest first
 * @property {Call[]} talking the longest first
 * @property {Agent[]} agents who serve the queues and are not offline
 * @property {States} states of all who serve the queues
 * @property {Agent[]} helpless who asks for help, the longest first
 */

const TALKS = new Set(["in-progress", "on-hold"]);
const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** @param {{name: string, id: string}} a @param {{name: string, id: string}} b */
export const byName = (a, b) => words.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);

/** Who asks for help, the longest first. @param {Agent[]} agents */
export const asking = (agents) =>
  agents.filter((agent) => agent.help).sort((a, b) => a.help.requested_at.localeCompare(b.help.requested_at));

/** When he joined his queue, ms. @param {Call} call */
export const waitsSince = (call) => Date.parse(call.waiting_since ?? call.start_time);

/** When the talk began, ms. @param {Call} call */
export const talksSince = (call) => Date.parse(call.answer_time ?? call.start_time);

/**
 * @param {{calls: Call[], agents: Agent[], queues: Queue[]}} now
 * @param {{chosen?: Set<string> | null, seesCalls?: boolean}} [options] `chosen`: these queues; null:
 *   all. Who may not see calls has the queues' own figures.
 * @returns {Facts}
 */
export function factsOf({ calls, agents, queues }, { chosen = null, seesCalls = true } = {}) {
  const isShown = (/** @type {string | null} */ id) => !chosen || (!!id && chosen.has(id));
  const shown = queues.filter((queue) => isShown(queue.id)).sort(byName);
  const members = chosen ? agents.filter((agent) => agent.queues.some(isShown)) : agents;
  const waiting = calls.filter((call) => call.status === "queued" && isShown(call.queue_id));
  const talking = calls.filter((call) => TALKS.has(call.status) && !call.monitors && isShown(call.queue_id));
  const states = statesByQueue(members);
  const lines = new Map(shown.map((queue) => [queue.id, waiting.filter((call) => call.queue_id === queue.id)]));
  return {
    queues: shown.map((queue) => queueFacts(queue, seesCalls ? (lines.get(queue.id) ?? []) : null, states.get(queue.id) ?? {})),
    waiting: waiting.sort((a, b) => waitsSince(a) - waitsSince(b)),
    talking: talking.sort((a, b) => talksSince(a) - talksSince(b)),
    agents: members.filter((agent) => agent.status !== "offline"),
    states: count(members),
    helpless: asking(agents),
  };
}

/** @param {Queue} queue @param {Call[] | null} line null: calls are not seen @param {States} states @returns {QueueFacts} */
function queueFacts(queue, line, states) {
  return {
    id: queue.id,
    name: queue.name,
    waiting: line ? line.length : queue.calls_waiting,
    since: line?.length ? Math.min(...line.map(waitsSince)) : null,
    average: queue.average_wait_time,
    slaNow: queue.sla_current,
    slaToday: queue.sla_today ?? null,
    sla: queue.sla,
    states,
  };
}

/** @param {Agent[]} agents @returns {States} */
function count(agents) {
  /** @type {States} */
  const states = {};
  for (const { status } of agents) states[status] = (states[status] ?? 0) + 1;
  return states;
}

/** @param {Agent[]} agents @returns {Map<string, States>} */
function statesByQueue(agents) {
  /** @type {Map<string, States>} */
  const found = new Map();
  for (const agent of agents)
    for (const id of agent.queues) {
      const states = found.get(id) ?? {};
      states[agent.status] = (states[agent.status] ?? 0) + 1;
      found.set(id, states);
    }
  return found;
}

const SERVES = ["available", "ringing", "on-call", "wrap-up"];

/** How many may answer now or soon: who is on a break or has no phone will not. @param {States} states */
export const serving = (states) => SERVES.reduce((all, status) => all + (states[status] ?? 0), 0);

/** Of all queues together. @param {QueueFacts[]} queues */
export function totals(queues) {
  const sum = (/** @type {string} */ part) => queues.reduce((all, queue) => all + (queue.sla?.[part] ?? 0), 0);
  const since = queues.map((queue) => queue.since).filter((at) => at !== null);
  return {
    waiting: queues.reduce((all, queue) => all + queue.waiting, 0),
    since: since.length ? Math.min(...since) : null,
    average: average(queues),
    presented: sum("presented"), answered: sum("answered"), abandoned: sum("abandoned"),
    service: service(queues),
  };
}

/** What stands above and below the line of a queue's service level; docs/api.md has the formulas.
 * @type {Record<string, (sla: any) => [number, number]>} */
const FRACTIONS = {
  "without-abandoned": (sla) => [sla.answered_within, sla.presented - sla.abandoned_within],
  "handled-only": (sla) => [sla.answered_within, sla.answered],
  positive: (sla) => [sla.answered_within + sla.abandoned_within, sla.presented],
  negative: (sla) => [sla.answered_within, sla.presented],
};

/** Of all callers of today, each by the formula of his queue, 0–100; null: nobody called. @param {QueueFacts[]} queues */
function service(queues) {
  const [above, below] = queues.reduce(([above, below], { sla }) => {
    const [more, of] = (sla && FRACTIONS[sla.formula]?.(sla)) ?? [0, 0];
    return [above + more, below + of];
  }, [0, 0]);
  return below > 0 ? (100 * above) / below : null;
}

/** Weighed by who was answered: their waits are what is averaged. @param {QueueFacts[]} queues */
function average(queues) {
  const told = queues.filter((queue) => queue.average !== null && queue.sla?.answered);
  const weight = told.reduce((all, queue) => all + queue.sla.answered, 0);
  return weight ? told.reduce((all, queue) => all + (queue.average ?? 0) * queue.sla.answered, 0) / weight : null;
}
