/** What a report says: totals, charts by unit, all of it as a table. */
import { get } from "../../app/api.js";
import { hasText, t } from "../../app/i18n.js";
import { Chart, Figure, Loaded, Panel, html, useLoad } from "../../kit/index.js";
import { Bars } from "../statistics/bars.js";
import { shortIn } from "./dates.js";
import { groupOf } from "./groups.js";
import { METRICS, formatOf } from "./metrics.js";
import { Rows } from "./rows.js";

const UNITS = /** @type {const} */ (["count", "percent", "seconds"]);
const MOST_LINES = 5; // that one can tell apart
const MOST_BARS = 20; // with room for their names

/** @param {{path: string}} props */
export function Findings({ path }) {
  const found = useLoad((signal) => get(path, {}, { signal }), [path]);
  return html`<${Loaded} of=${found} rows=${8}>${(/** @type {any} */ report) => html`<div class="stack">
    <${Panel} title=${t("reports.totals")}><div class="figures reports-totals">${report.metrics.map((/** @type {any} */ metric) => html`<${Figure} key=${metric.name}
      label=${nameOf(metric)} value=${formatOf(metric.unit)(report.totals[metric.name])} />`)}</div><//>
    ${report.rows.length > 1 && UNITS.map((unit) => html`<${OfUnit} key=${unit} unit=${unit} report=${report} />`)}
    <${Rows} of=${report} nameOf=${nameOf} /></div>`}<//>`;
}

/** @param {{name: string, title: string}} metric */
const nameOf = ({ name, title }) => (hasText(`reports.metric_${name}`) ? t(`reports.metric_${name}`) : title);

/** Measures of one unit, so that they share a scale. @param {{unit: typeof UNITS[number], report: any}} props */
function OfUnit({ unit, report }) {
  const metrics = report.metrics.filter((/** @type {any} */ one) => METRICS[one.name] === unit).slice(0, MOST_LINES);
  if (!metrics.length) return null;
  const isTime = report.rows.every((/** @type {any} */ row) => row.begins);
  if (!isTime) return html`<${Largest} unit=${unit} report=${report} metric=${metrics[0]} />`;
  return html`<${Panel}><${Course} unit=${unit} report=${report} metrics=${metrics} /><//>`;
}

/** @param {{unit: typeof UNITS[number], report: any, metrics: any[]}} props */
function Course({ unit, report, metrics }) {
  const series = metrics.map((metric) => ({ label: nameOf(metric), values: report.rows.map((/** @type {any} */ row) => row[metric.name]) }));
  const formatX = (/** @type {string | number} */ at) => shortIn(at, report.time_zone, report.group_by === "hour");
  return html`<${Chart} title=${t(`reports.unit_${unit}`)} x=${report.rows.map((/** @type {any} */ row) => Date.parse(row.begins))}
    series=${series} format=${formatOf(unit)} formatX=${formatX} />`;
}

/** Of queues or agents: those with most of the first measure; the table has them all.
 * @param {{unit: typeof UNITS[number], report: any, metric: any}} props */
function Largest({ unit, report, metric }) {
  const measured = report.rows.filter((/** @type {any} */ row) => row[metric.name] !== null);
  const rows = measured.sort((/** @type {any} */ one, /** @type {any} */ other) => other[metric.name] - one[metric.name]).slice(0, MOST_BARS);
  const isCut = rows.length < measured.length;
  const title = isCut ? t("reports.largest", { n: rows.length, metric: nameOf(metric) }) : nameOf(metric);
  return html`<${Panel} title=${title}><${Bars} label=${title} format=${formatOf(unit)} empty=${t("reports.empty")}
    rows=${rows.map((/** @type {any} */ row) => [groupOf(row, report), row[metric.name]])} /><//>`;
}
