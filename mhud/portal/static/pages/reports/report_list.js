import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { onEvent } from "../../app/live.js";
import { go } from "../../app/router.js";
import { Empty, Loaded, More, Table, When, html, useEffect, usePages } from "../../kit/index.js";
import { rangeOf } from "./dates.js";
import { ReportState } from "./report_state.js";

export function ReportList() {
  const reports = usePages(async (cursor, signal) => {
    const page = await get("/api/v1/reports", { cursor, limit: 20 }, { signal });
    return { items: page.reports, cursor: page.next_cursor };
  }, []);
  const isMaking = reports.items.some((/** @type {any} */ one) => one.status === "generating");
  useEffect(() => onEvent("report.*", reports.again), [reports.again]);
  useEffect(() => {
    if (!isMaking || reports.of.busy) return undefined;
    const timer = setTimeout(reports.again, 3000);
    return () => clearTimeout(timer);
  }, [isMaking, reports.of.busy]);
  return html`<${Loaded} of=${reports.of} rows=${6}>${() => html`
    <${Table} caption=${t("reports.made")} columns=${columns()} rows=${reports.items} rowKey=${(/** @type {any} */ row) => row.report_id}
      onOpen=${(/** @type {any} */ row) => go(`/reports/${row.report_id}`)} empty=${html`<${Empty} icon="report" title=${t("reports.none")}>${t("reports.none_hint")}<//>`} />
    <${More} ...${reports.more} />`}<//>`;
}

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "range", label: t("reports.range"), render: (row) => html`${rangeOf(row)}<span class="cases-narrow small quiet">${t(`reports.group_${row.group_by}`)}</span>` },
  { key: "group_by", label: t("reports.group_by"), hideNarrow: true, render: (row) => t(`reports.group_${row.group_by}`) },
  { key: "format", label: t("reports.format"), render: (row) => t(`reports.format_${row.format}`) },
  { key: "status", label: t("reports.status"), render: (row) => html`<${ReportState} of=${row} />` },
  { key: "created_at", label: t("reports.asked"), hideNarrow: true, render: (row) => html`<${When} at=${row.created_at} />` },
];
