/** A board hangs in the helpline's rooms: its clock and its curve are in the helpline's zone. */
import { signal } from "../../vendor/kit.js";
import { locale } from "../../app/i18n.js";

/** IANA's name; undefined, until it is known: the browser's own. @type {import("../../vendor/kit.js").Signal<string | undefined>} */
export const zone = signal(undefined);

/** @type {Map<string, Intl.DateTimeFormat>} making one is slow */
const made = new Map();

/** "13:15" @param {number | string} at */
export function timeThere(at) {
  const name = `${locale()}/${zone.value}`;
  const format = made.get(name) ?? new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone.value });
  made.set(name, format);
  return format.format(new Date(at));
}

/** Whether this browser counts its hours otherwise. */
export const isElsewhere = () => !!zone.value && zone.value !== Intl.DateTimeFormat().resolvedOptions().timeZone;
