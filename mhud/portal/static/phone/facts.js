/** What is known of the phone; the modules beside this one write it, pages read it by store.js. */
import { computed, signal } from "../vendor/kit.js";

/** @typedef {import("./types.js").PhoneState} PhoneState */
/** @typedef {import("./types.js").PhoneCall} PhoneCall */
/** @typedef {"off" | "starting" | "on" | "other-tab" | "refused"} Phase */
/** @template T @typedef {import("../vendor/kit.js").Signal<T>} Signal */

/** How far the phone itself is. @type {Signal<Phase>} */
export const phase = signal("off");
/** Registered with Asterisk. @type {Signal<boolean>} */
export const online = signal(false);
/** What its call does; null: there is none. @type {Signal<"ringing" | "talking" | "held" | "dead" | "testing" | null>} */
export const doing = signal(null);
/** @type {Signal<PhoneCall | null>} */
export const call = signal(null);
/** @type {Signal<boolean>} */
export const muted = signal(false);
/** @type {Signal<string | null>} */
export const problem = signal(null);
/** @type {Signal<"browser" | "desk" | null>} */
export const kind = signal(null);

/** @type {{readonly value: PhoneState}} */
export const state = computed(() => {
  if (phase.value !== "on") return phase.value;
  return doing.value ?? (online.value ? "idle" : "offline");
});
