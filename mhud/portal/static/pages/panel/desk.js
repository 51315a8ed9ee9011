/** What is mine now: my agent, and the call that I am in or that rings for me. */
import { computed, signal } from "../../vendor/kit.js";
import { agents, calls, queues } from "../../app/live.js";
import { me } from "../../app/session.js";

export const agent = computed(() => agents.get(me.value?.agent_id));

export const isRinging = computed(() => !agent.value?.current_call_id && !!agent.value?.ringing_call_id);

/** @type {{readonly value: string | null}} */
export const callId = computed(() => agent.value?.current_call_id ?? agent.value?.ringing_call_id ?? null);

export const call = computed(() => calls.get(callId.value));

/** Lists beside the form are read again when it moves on: something that they show has changed. */
export const turn = signal(0);
export const changed = () => void (turn.value += 1);

const HIDDEN = /^(anonymous|restricted|private|unavailable|unknown)$/i; // what carriers send for no number

/** Whom one talks with; null: he hides his number, or it is not mine to read.
 * @param {any} of a call @returns {string | null} */
export function partyOf(of) {
  const party = of?.direction === "outbound" ? of.destination : of?.caller_id;
  return party && !HIDDEN.test(party) ? party : null;
}

/** @param {string | null | undefined} id */
export const queueName = (id) => (id ? (queues.get(id)?.name ?? id) : null);
