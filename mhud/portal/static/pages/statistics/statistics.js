/** How many cases there are, of those that one sees. */
import { get } from "../../app/api.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { setQuery } from "../../app/router.js";
import { Figure, Filters, Loaded, Notice, PageHead, Panel, RadioField, SelectField, TextField, html, useLoad, wordOf } from "../../kit/index.js";
import { useCategories } from "../cases/lookups.js";
import { PRIORITIES, STATUSES } from "../cases/vocabulary.js";
import { Bars } from "./bars.js";
import { Course } from "./course.js";

const PERIODS = ["today", "week", "month", "year", "all", "days"];

/** @param {{query: {period?: string, from?: string, to?: string, scope?: string}}} props */
export default function Statistics({ query }) {
  const { period = "month", from = "", to = "", scope = "all" } = query;
  const isDays = period === "days";
  const asked = isDays ? { start_date: from, end_date: to } : { period: period === "all" ? "" : period };
  const isWrong = isDays && !!from && !!to && to < from;
  const found = useLoad(async (signal) => (isWrong ? null : (await get("/helpline/api/statistics/cases", { ...asked, scope }, { signal })).data),
    [period, from, to, scope]);
  const narrow = (/** @type {Record<string, string>} */ change) => setQuery({ ...query, ...change });
  return html`<${PageHead} title=${t("nav.statistics")} />
    <${Filters} label=${t("statistics.which")}>
      <${SelectField} label=${t("statistics.opened")} value=${period} onInput=${(/** @type {string} */ value) => narrow({ period: value })}
        options=${PERIODS.map((value) => ({ value, label: t(`statistics.period_${value}`) }))} />
      ${isDays && html`<${TextField} type="date" label=${t("cases.from")} value=${from} onInput=${(/** @type {string} */ value) => narrow({ from: value })} />
        <${TextField} type="date" label=${t("cases.to")} value=${to} onInput=${(/** @type {string} */ value) => narrow({ to: value })} />`}
    <//>
    ${isWrong && html`<${Notice} tone="warn">${t("statistics.days_wrong")}<//>`}
    <${Loaded} of=${found} rows=${8}>${(/** @type {any} */ data) => data && html`<${Figures} of=${data} scope=${scope} onScope=${(/** @type {string} */ value) => narrow({ scope: value })} />`}<//>
    <${Course} />`;
}

/** @param {{of: any, scope: string, onScope: (scope: string) => void}} props */
function Figures({ of: data, scope, onScope }) {
  const categories = useCategories();
  const nameOf = (/** @type {string} */ code) => (code === "uncategorized" ? t("statistics.no_category") : (categories.nameOf(code) ?? code));
  const hours = data.avg_resolution_time_hours;
  const byStatus = STATUSES.slice(0, 4).map((word) => [word === "resolved" ? t("statistics.resolved") : wordOf("case_status", word), data[`${word}_cases`]]);
  return html`<div class="stack"><div class="figures statistics-figures">
      <${Figure} label=${t("statistics.total")} value=${formatNumber(data.total_cases)} big />
      <${Figure} label=${t("statistics.not_done")} value=${formatNumber(data.total_cases - data.resolved_cases)} big />
      <${Figure} label=${t("statistics.resolved")} value=${formatNumber(data.resolved_cases)} big />
      <${Figure} label=${t("statistics.resolution")} value=${hours === null ? "–" : t("statistics.hours", { n: formatNumber(hours, { maximumFractionDigits: 1 }) })}
        note=${t("statistics.resolution_note")} big /></div>
    <${Panel} title=${t("statistics.by_status")}><${Bars} label=${t("statistics.by_status")} rows=${byStatus} /><//>
    <${RadioField} label=${t("statistics.scope")} value=${scope} onInput=${onScope}
      options=${["all", "unresolved", "open"].map((value) => ({ value, label: t(`statistics.scope_${value}`) }))} />
    <div class="columns">
      <${Panel} title=${t("statistics.by_priority")}><${Bars} label=${t("statistics.by_priority")} rows=${PRIORITIES.map((word) => [wordOf("priority", word), data.by_priority[word] ?? 0])} /><//>
      <${Panel} title=${t("statistics.by_category")}><${Bars} label=${t("statistics.by_category")} empty=${t("statistics.none")} rows=${largestFirst(data.by_category).map(([code, count]) => [nameOf(code), count])} /><//></div></div>`;
}

/** @param {Record<string, number>} counts @returns {[string, number][]} */
const largestFirst = (counts) => Object.entries(counts).sort((a, b) => b[1] - a[1]);
