/** How many cases were opened in each of the last weeks: one request for all of them. */
import { post, withQuery } from "../../app/api.js";
import { serverNow } from "../../app/clock.js";
import { t } from "../../app/i18n.js";
import { Chart, Loaded, Panel, html, useLoad } from "../../kit/index.js";
import { shortIn } from "../reports/dates.js";

const WEEKS = 12;
const DAY_MS = 86_400_000;

export function Course() {
  const found = useLoad((signal) => read(signal), []);
  return html`<${Panel} class="statistics-course"><${Loaded} of=${found} rows=${6}>${(/** @type {Week[]} */ weeks) => html`
    <${Chart} title=${t("statistics.course")} kind="bar" x=${weeks.map((one) => shortIn(one.monday, undefined, false))}
      series=${[{ label: t("statistics.opened_cases"), values: weeks.map((one) => one.total) }]} />`}<//><//>`;
}

/** @typedef {{monday: Date, total: number | null}} Week */

/** @param {AbortSignal} signal @returns {Promise<Week[]>} */
async function read(signal) {
  const mondays = Array.from({ length: WEEKS }, (_, n) => new Date(thisMonday() - (WEEKS - 1 - n) * 7 * DAY_MS));
  const operations = mondays.map((monday) => ({
    method: "GET",
    path: withQuery("/helpline/api/statistics/cases", { start_date: day(monday), end_date: day(new Date(monday.getTime() + 6 * DAY_MS)) }),
  }));
  const { results } = await post("/api/v1/bulk", { operations }, { signal });
  return mondays.map((monday, n) => ({ monday, total: results[n].body?.data?.total_cases ?? null }));
}

/** Noon, so that no change of clocks makes it another day; days are the helpline's. */
function thisMonday() {
  const date = new Date(serverNow());
  date.setHours(12, 0, 0, 0);
  return date.getTime() - ((date.getDay() + 6) % 7) * DAY_MS;
}

/** @param {Date} date */
const day = (date) => [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
/** @param {number} n */
const two = (n) => String(n).padStart(2, "0");
