/** One report: how far it is, what it says, and its file. */
import { del, get, post } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { formatBytes, formatNumber } from "../../app/format.js";
import { hasText, t } from "../../app/i18n.js";
import { onEvent } from "../../app/live.js";
import { may } from "../../app/rights.js";
import { go, href } from "../../app/router.js";
import { Button, ButtonLink, Empty, Facts, Loaded, Notice, PageHead, Panel, When, confirm, html, useAction, useEffect, useLoad } from "../../kit/index.js";
import { Findings } from "./findings.js";
import { agentName, queueName } from "./names.js";
import { ReportState } from "./report_state.js";
import { rangeOf } from "./dates.js";

/** @param {{params: {id: string}}} props */
export default function ReportPage({ params: { id } }) {
  const found = useLoad((signal) => get(`/api/v1/reports/${id}`, {}, { signal }), [id]);
  const isMaking = found.data?.status === "generating";
  useEffect(() => onEvent("report.*", found.again), [found.again]);
  useEffect(() => {
    if (!isMaking || found.busy) return undefined; // to ask again takes back what is not answered yet
    const timer = setTimeout(found.again, 1500);
    return () => clearTimeout(timer);
  }, [isMaking, found.busy]);
  const back = { href: href("/reports"), label: t("nav.reports") };
  if (found.data === undefined && found.error instanceof ApiError && found.error.status === 404)
    return html`<${PageHead} title=${t("reports.report")} back=${back} /><${Empty} icon="report" title=${t("reports.unknown")} />`;
  const title = found.data ? t("reports.report_of", { range: rangeOf(found.data) }) : t("reports.report");
  return html`<${PageHead} title=${title} back=${back} actions=${found.data && html`<${Actions} of=${found.data} />`}>
      ${found.data && html`<div class="row"><${ReportState} of=${found.data} /></div>`}<//>
    <${Loaded} of=${found} rows=${8}>${(/** @type {any} */ report) => html`<div class="stack"><${About} of=${report} /><${Outcome} of=${report} /></div>`}<//>`;
}

/** @param {{of: any}} props */
function Actions({ of: report }) {
  const remove = useAction(() => del(`/api/v1/reports/${report.report_id}`), { done: t("reports.removed") });
  const ask = async () => {
    const isSure = await confirm({ title: t("reports.remove_title"), action: t("reports.remove"), danger: true });
    if (isSure && (await remove.run())) go("/reports");
  };
  const isReady = report.status === "completed" && may("export_data");
  return html`${may("create_reports") && html`<${Button} icon="trash" busy=${remove.busy} onClick=${ask}>${t("reports.remove")}<//>`}
    ${isReady && report.format !== "json" && may("create_reports") && html`<${Again} of=${report} format="json" />`}
    ${isReady && report.format === "json" && may("create_reports") && html`<${Again} of=${report} format="xlsx" />`}
    ${isReady && html`<${ButtonLink} kind="primary" icon="download" href=${localOf(report.download_url)} download>${t("reports.download", { format: report.format.toUpperCase() })}<//>`}`;
}

/** The address may name another way to the same server. @param {string} url */
function localOf(url) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}

/** The same once more in another format. @param {{of: any, format: string}} props */
function Again({ of: report, format }) {
  const ask = useAction(async () => {
    const { start_date, end_date, queues, agents, metrics, group_by, time_zone } = report;
    const made = await post("/api/v1/reports/calls", { start_date, end_date, queues, agents, metrics, group_by, time_zone, format });
    go(`/reports/${made.report_id}`);
  });
  return html`<${Button} busy=${ask.busy} onClick=${() => ask.run()}>${t(`reports.as_${format}`)}<//>`;
}

/** @param {{of: any}} props */
const About = ({ of: report }) => html`<${Panel} title=${t("reports.about")}><${Facts} items=${[
  [t("reports.group_by"), t(`reports.group_${report.group_by}`)],
  report.queues && [t("reports.queues"), report.queues.map(queueName).join(", ")],
  report.agents && [t("reports.agents"), report.agents.map(agentName).join(", ")],
  [t("reports.time_zone"), report.time_zone],
  [t("reports.asked"), html`<${When} at=${report.created_at} />`],
  report.completed_at && [t("reports.completed_at"), html`<${When} at=${report.completed_at} />`],
  report.rows !== null && [t("reports.rows"), formatNumber(report.rows)],
  report.size !== null && [t("reports.size"), formatBytes(report.size)],
  report.expires_at && [t("reports.expires_at"), html`<${When} at=${report.expires_at} />`],
]} /><//>`;

/** @param {{of: any}} props */
function Outcome({ of: report }) {
  if (report.status === "generating") return html`<${Panel}><label class="stack">${t("reports.progress", { n: report.progress })}
    <progress class="reports-progress" max="100" value=${report.progress}></progress></label><p class="small quiet">${t("reports.progress_hint")}</p><//>`;
  if (report.status === "failed") return html`<${Notice} tone="bad">${t(`reports.problem_${hasText(`reports.problem_${report.problem}`) ? report.problem : "unplanned"}`)}<//>`;
  if (report.status === "expired") return html`<${Notice} tone="warn">${t("reports.expired")}<//>`;
  if (!may("export_data")) return html`<${Notice}>${t("reports.no_export")}<//>`;
  if (report.format !== "json") return html`<${Notice}>${t("reports.not_here")}<//>`;
  return html`<${Findings} path=${localOf(report.download_url)} />`;
}
