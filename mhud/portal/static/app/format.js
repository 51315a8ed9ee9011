/** Times, durations and numbers, in the person's language and zone. */
import { now } from "./clock.js";
import { locale } from "./i18n.js";

/** @typedef {string | number | Date | null | undefined} Moment RFC 3339, ms or Date */

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const STYLES = {
  date: { dateStyle: "medium" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  moment: { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" },
  second: { timeStyle: "medium", hourCycle: "h23" },
  exact: { dateStyle: "full", timeStyle: "long" },
};
const DAY = /^\d{4}-\d\d-\d\d$/;
/** @type {Map<string, Intl.DateTimeFormat>} making one is slow */
const made = new Map();

/** @param {Moment} value @param {keyof typeof STYLES} style */
function print(value, style) {
  if (value === null || value === undefined) return "–";
  const name = `${locale()}/${style}`;
  let format = made.get(name);
  if (!format) made.set(name, (format = new Intl.DateTimeFormat(locale(), STYLES[style])));
  return format.format(new Date(value));
}

/** "7 Mar 2025"; a day without an hour is the same one everywhere. @param {Moment} value */
export const formatDate = (value) => print(typeof value === "string" && DAY.test(value) ? `${value}T00:00` : value, "date");
/** "13:15" @param {Moment} value */
export const formatTime = (value) => print(value, "time");
/** "7 Mar 2025, 13:15" @param {Moment} value */
export const formatMoment = (value) => print(value, "moment");
/** "13:15:09" @param {Moment} value */
export const formatSecond = (value) => print(value, "second");
/** For titles: with weekday, seconds and zone. @param {Moment} value */
export const formatExact = (value) => print(value, "exact");

/** Today "13:15", else with the date. @param {Moment} value */
export function formatRecent(value) {
  if (value === null || value === undefined) return "–";
  const today = new Date(now.peek()).toDateString() === new Date(value).toDateString();
  return today ? formatTime(value) : formatMoment(value);
}

/** @type {Map<string, Intl.NumberFormat>} */
const counters = new Map();

/** @param {number | null | undefined} value @param {Intl.NumberFormatOptions} [options] */
export function formatNumber(value, options) {
  if (value === null || value === undefined) return "–";
  const name = options ? `${locale()} ${JSON.stringify(options)}` : locale();
  let format = counters.get(name);
  if (!format) counters.set(name, (format = new Intl.NumberFormat(locale(), options)));
  return format.format(value);
}

/** Of a value 0–100. @param {number | null | undefined} value */
export const formatPercent = (value, digits = 0) =>
  formatNumber(value && value / 100, { style: "percent", maximumFractionDigits: digits });

/** "1:05", "1:02:03". @param {number | null | undefined} seconds */
export function formatDuration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** "3 minutes ago", "in 2 hours". @param {Moment} value */
export function formatAgo(value) {
  if (value === null || value === undefined) return "–";
  const seconds = (new Date(value).getTime() - now.value) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  return words.format(Math.round(seconds / size), unit);
}
/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60]];

/** "1.4 MB" @param {number} bytes */
export function formatBytes(bytes) {
  const power = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = ["byte", "kilobyte", "megabyte", "gigabyte"][power];
  return formatNumber(bytes / 1000 ** power, {
    style: "unit", unit, unitDisplay: "short", maximumFractionDigits: power ? 1 : 0,
  });
}
