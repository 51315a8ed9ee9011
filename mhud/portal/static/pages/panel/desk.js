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

/** Whom one talks with; null: he hides his number, or it is not mine to read.
 * @param {any} of a call */
export const partyOf = (of) => (of?.direction === "outbound" ? of.destination : of?.caller_id) ?? null;

/** @param {string | null | undefined} id */
export const queueName = (id) => (id ? (queues.get(id)?.name ?? id) : null);
