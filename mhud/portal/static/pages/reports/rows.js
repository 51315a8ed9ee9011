import { t } from "../../app/i18n.js";
import { Empty, Panel, SearchField, Table, Text, html, useMemo, useState } from "../../kit/index.js";
import { groupOf } from "./groups.js";
import { formatOf } from "./metrics.js";

const MANY = 20; // rows that one does not search through by eye

/** All figures; of ten thousand agents one finds his own by name.
 * @param {{of: any, nameOf: (metric: any) => string}} props */
export function Rows({ of: report, nameOf }) {
  const [text, setText] = useState("");
  const rows = useMemo(() => report.rows.map((/** @type {any} */ row) => ({ ...row, shown: groupOf(row, report) })), [report]);
  const isNamed = report.group_by === "agent" || report.group_by === "queue";
  const sought = text.trim().toLocaleLowerCase();
  const found = sought ? rows.filter((/** @type {any} */ row) => row.shown.toLocaleLowerCase().includes(sought)) : rows;
  const columns = [
    { key: "group", label: t(`reports.group_${report.group_by}`), render: (/** @type {any} */ row) => html`<${Text} class="reports-group">${row.shown}<//>`, by: (/** @type {any} */ row) => row.begins ?? row.shown },
    ...report.metrics.map((/** @type {any} */ metric) => ({
      key: metric.name, label: nameOf(metric), align: "end",
      render: (/** @type {any} */ row) => formatOf(metric.unit)(row[metric.name]), by: (/** @type {any} */ row) => row[metric.name],
    })),
  ];
  return html`<${Panel} title=${t("reports.table")} flush>
    ${isNamed && rows.length > MANY && html`<div class="reports-search"><${SearchField} label=${t("reports.search")} hideLabel placeholder=${t("reports.search")} value=${text} onInput=${setText} />
      <span class="small quiet" role="status">${t("reports.rows_shown", { n: found.length, all: rows.length })}</span></div>`}
    <${Table} caption=${t("reports.table")} columns=${columns} rows=${found} virtual rowKey=${(/** @type {any} */ row) => `${row.group}/${row.begins ?? ""}`}
      empty=${html`<${Empty} icon="chart" title=${t(sought ? "reports.none_such" : "reports.empty")} />`} /><//>`;
}
