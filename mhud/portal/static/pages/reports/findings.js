/** What a report says: totals, charts by unit, all of it as a table. */
import { get } from "../../app/api.js";
import { hasText, t } from "../../app/i18n.js";
import { Chart, Empty, Figure, Loaded, Panel, Table, html, useLoad } from "../../kit/index.js";
import { dayIn, hourIn, shortIn } from "./dates.js";
import { METRICS, formatOf } from "./metrics.js";
import { agentName, queueName } from "./names.js";

const UNITS = /** @type {const} */ (["count", "percent", "seconds"]);
const MOST_LINES = 5; // that one can tell apart

/** @param {{path: string}} props */
export function Findings({ path }) {
  const found = useLoad((signal) => get(path, {}, { signal }), [path]);
  return html`<${Loaded} of=${found} rows=${8}>${(/** @type {any} */ report) => html`<div class="stack">
    <${Panel} title=${t("reports.totals")}><div class="figures">${report.metrics.map((/** @type {any} */ metric) => html`<${Figure} key=${metric.name}
      label=${nameOf(metric)} value=${formatOf(metric.unit)(report.totals[metric.name])} />`)}</div><//>
    ${report.rows.length > 1 && UNITS.map((unit) => html`<${OfUnit} key=${unit} unit=${unit} report=${report} />`)}
    <${Panel} title=${t("reports.table")} flush><${Rows} of=${report} /><//></div>`}<//>`;
}

/** @param {{name: string, title: string}} metric */
const nameOf = ({ name, title }) => (hasText(`reports.metric_${name}`) ? t(`reports.metric_${name}`) : title);

/** @param {any} row @param {any} report */
function groupOf(row, report) {
  if (row.begins) return whenOf(row.begins, report);
  if (report.group_by === "none") return t("reports.all");
  if (!row.group) return t("reports.in_none");
  return report.group_by === "queue" ? queueName(row.group) : agentName(row.group);
}

/** @param {string | number} at @param {any} report */
const whenOf = (at, report) => (report.group_by === "hour" ? hourIn : dayIn)(at, report.time_zone);

/** Measures of one unit, so that they share a scale. @param {{unit: typeof UNITS[number], report: any}} props */
function OfUnit({ unit, report }) {
  const metrics = report.metrics.filter((/** @type {any} */ one) => METRICS[one.name] === unit).slice(0, MOST_LINES);
  if (!metrics.length) return null;
  const isTime = report.rows.every((/** @type {any} */ row) => row.begins);
  const series = metrics.map((/** @type {any} */ metric) => ({ label: nameOf(metric), values: report.rows.map((/** @type {any} */ row) => row[metric.name]) }));
  const x = report.rows.map((/** @type {any} */ row) => (isTime ? Date.parse(row.begins) : groupOf(row, report)));
  const formatX = isTime ? (/** @type {string | number} */ at) => shortIn(at, report.time_zone, report.group_by === "hour") : String;
  return html`<${Panel}><${Chart} title=${isTime ? t(`reports.unit_${unit}`) : series[0].label} kind=${isTime ? "line" : "bar"} x=${x}
    series=${isTime ? series : series.slice(0, 1)} format=${formatOf(unit)} formatX=${formatX} /><//>`;
}

/** @param {{of: any}} props */
function Rows({ of: report }) {
  const columns = [
    { key: "group", label: t(`reports.group_${report.group_by}`), render: (/** @type {any} */ row) => groupOf(row, report), by: (/** @type {any} */ row) => row.begins ?? row.group },
    ...report.metrics.map((/** @type {any} */ metric) => ({
      key: metric.name, label: nameOf(metric), align: "end",
      render: (/** @type {any} */ row) => formatOf(metric.unit)(row[metric.name]), by: (/** @type {any} */ row) => row[metric.name],
    })),
  ];
  return html`<${Table} caption=${t("reports.table")} columns=${columns} rows=${report.rows} virtual
    rowKey=${(/** @type {any} */ row) => `${row.group}/${row.begins ?? ""}`} empty=${html`<${Empty} icon="chart" title=${t("reports.empty")} />`} />`;
}
