/** Days and hours as the report's own time zone cuts them, wherever the reader sits. */
import { locale } from "../../app/i18n.js";

/** @param {string | number | Date} at @param {string | undefined} zone */
export const dayIn = (at, zone) => print(at, zone, { dateStyle: "medium" });

/** @param {string | number | Date} at @param {string | undefined} zone */
export const hourIn = (at, zone) => print(at, zone, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });

/** Below a chart: without the year. @param {string | number | Date} at @param {string | undefined} zone @param {boolean} isHour */
export const shortIn = (at, zone, isHour) =>
  print(at, zone, { day: "numeric", month: "short", ...(isHour ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : {}) });

/** @param {string | number | Date} at @param {string | undefined} zone @param {Intl.DateTimeFormatOptions} style */
function print(at, zone, style) {
  const date = new Date(at);
  try {
    return new Intl.DateTimeFormat(locale(), { ...style, timeZone: zone }).format(date);
  } catch {
    return new Intl.DateTimeFormat(locale(), style).format(date); // a zone that this browser does not know
  }
}

/** First and last day; `end_date` does not belong to it.
 * @param {{start_date: string, end_date: string, time_zone?: string}} report */
export function rangeOf({ start_date: start, end_date: end, time_zone: zone }) {
  const [first, last] = [dayIn(start, zone), dayIn(Date.parse(end) - 1, zone)];
  return first === last ? first : `${first} – ${last}`;
}
