/** What reports count, as docs/metrics.md defines it; their names are texts of messages/reports. */
import { formatDuration, formatNumber, formatPercent } from "../../app/format.js";
import { t } from "../../app/i18n.js";

/** @typedef {"count" | "seconds" | "percent"} Unit @type {Record<string, Unit>} */
export const METRICS = {
  total_calls: "count", answered_calls: "count", abandoned_calls: "count", abandonment_rate: "percent",
  average_handle_time: "seconds", average_talk_time: "seconds", average_hold_time: "seconds", average_wrap_up_time: "seconds",
  average_speed_of_answer: "seconds", longest_wait_time: "seconds", service_level: "percent", transferred_calls: "count",
  outbound_calls: "count", unique_callers: "count", repeat_callers: "count", occupancy: "percent",
};
export const GROUPS = ["none", "hour", "day", "week", "month", "queue", "agent"];
export const FORMATS = ["json", "csv", "xlsx"];
export const PERIODS = [
  "yesterday", "last_7_days", "last_week", "last_30_days", "last_month", "month_to_date", "last_quarter", "last_year",
];

/** @param {Unit} unit @returns {(value: number | null) => string} */
export const formatOf = (unit) =>
  ({ count: formatNumber, seconds: formatDuration, percent: (/** @type {number | null} */ value) => formatPercent(value, 1) })[unit];

/** For a select or checks. @param {string} kind @param {string[]} words */
export const optionsOf = (kind, words) => words.map((value) => ({ value, label: t(`reports.${kind}_${value}`) }));
