import { signal } from "../vendor/kit.js";
import { Offset } from "./offset.js";

const offset = new Offset();

/** The server's time, ms: what timers count by, however wrong this machine's clock is. */
export const serverNow = () => Date.now() + offset.ms;

/** The server's time, ms, moved on once a second: read it in a component and it ticks. */
export const now = signal(Date.now());

/** @param {string | null} date the header @param {number} asked @param {number} told */
export function learnTime(date, asked, told) {
  const at = date ? Date.parse(date) : NaN;
  if (Number.isNaN(at)) return;
  const before = offset.ms;
  offset.learn(at, asked, told);
  if (Math.abs(offset.ms - before) > 500) now.value = serverNow();
}

/** Called once, at the start. */
export function startClock() {
  now.value = serverNow();
  setInterval(() => (now.value = serverNow()), 1000);
}

/** Whole seconds from an instant until `until`, never below 0. @param {string | number} since */
export function secondsSince(since, until = now.value) {
  const from = typeof since === "number" ? since : Date.parse(since);
  return Math.max(0, Math.floor((until - from) / 1000));
}
