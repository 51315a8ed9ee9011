/** What events and first reads make of calls, agents and queues. No network: tests feed it. */
import { signal } from "../vendor/kit.js";
import { Collection } from "./collection.js";

/**
 * As the API's objects, and for agents `since`: ms, when the status began.
 * @typedef {{id: string, status: string, [more: string]: any}} Call
 * @typedef {{id: string, name: string, status: string, since: number, [more: string]: any}} Agent
 * @typedef {{id: string, name: string, [more: string]: any}} Queue of GET /api/v1/queues/stats
 * @typedef {import("./event_order.js").LiveEvent} LiveEvent
 */
export class LiveState {
  /** @type {Collection<Call>} those that are not over */
  calls = new Collection();
  /** @type {Collection<Agent>} */
  agents = new Collection();
  /** @type {Collection<Queue>} */
  queues = new Collection();
  /** Whether Asterisk is reached. @type {import("../vendor/kit.js").Signal<boolean>} */
  pbx = signal(true);
  /** @type {Map<string, Set<(event: LiveEvent) => void>>} by type or family */
  #hearers = new Map();

  /** @type {LiveEvent[] | null} what came while the state is read */
  #meanwhile = null;

  /** @param {LiveEvent} event */
  apply(event) {
    this.#meanwhile?.push(event);
    this.#absorb(event);
    const family = event.type.slice(0, event.type.indexOf(".")) + ".*";
    for (const name of [event.type, family, "*"])
      this.#hearers.get(name)?.forEach((hear) => hear(event));
  }

  /**
   * Reads the state, and puts what came meanwhile on top of it: the answer may be older.
   * @param {() => Promise<{calls?: Call[], agents?: Agent[], queues?: Queue[]}>} read
   * @returns {Promise<boolean>} false: nothing is changed by it, for another one was begun, which will know more
   */
  async readAnew(read) {
    /** @type {LiveEvent[]} */
    const meanwhile = (this.#meanwhile = []);
    const isLatest = () => this.#meanwhile === meanwhile;
    try {
      const found = await read();
      if (!isLatest()) return false;
      if (found.calls) this.calls.replace(found.calls);
      if (found.agents) this.agents.replace(found.agents);
      if (found.queues) this.queues.replace(found.queues);
    } catch (error) {
      if (isLatest()) throw error;
      return false;
    } finally {
      if (isLatest()) this.#meanwhile = null;
    }
    meanwhile.forEach((event) => this.#absorb(event));
    return true;
  }

  /** @param {LiveEvent} event */
  #absorb(event) {
    if (event.call?.status) this.#call(event);
    if (event.agent?.status) this.agents.set(agentOf(event.agent));
    if (event.type === "pbx.connected") this.pbx.value = true;
    if (event.type === "pbx.disconnected") this.pbx.value = false;
  }

  /** @param {LiveEvent} event */
  #call({ call }) {
    if (call.status === "ended") this.calls.remove(call.id);
    else this.calls.set(call);
  }

  /**
   * Hears of events: "call.new", "case.*" or "*". Returns what ends it.
   * @param {string | string[]} types @param {(event: LiveEvent) => void} hear
   */
  on(types, hear) {
    const names = [types].flat();
    for (const name of names) {
      const hearers = this.#hearers.get(name) ?? new Set();
      this.#hearers.set(name, hearers.add(hear));
    }
    return () => names.forEach((name) => this.#hearers.get(name)?.delete(hear));
  }
}

/** @param {any} agent @param {number} [now] the server's time, ms, for who has only `time_in_status` @returns {Agent} */
export function agentOf(agent, now = 0) {
  const since = agent.status_timestamp
    ? Date.parse(agent.status_timestamp)
    : now - agent.time_in_status * 1000;
  return { ...agent, since };
}
