/** Reports of calls: those that were made, and those that come by themselves. */
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { href, setQuery } from "../../app/router.js";
import { ButtonLink, PageHead, Tabs, html } from "../../kit/index.js";
import { ReportList } from "./report_list.js";
import { Schedules } from "./schedules.js";

/** @param {{query: {tab?: string}}} props */
export default function Reports({ query }) {
  const actions = may("create_reports") && html`<${ButtonLink} kind="primary" icon="plus" href=${href("/reports/new")}>${t("reports.ask")}<//>`;
  const tabs = [
    { id: "made", label: t("reports.made"), panel: () => html`<${ReportList} />` },
    { id: "schedules", label: t("reports.schedules"), panel: () => html`<${Schedules} />` },
  ];
  return html`<${PageHead} title=${t("nav.reports")} actions=${actions} />
    <${Tabs} label=${t("nav.reports")} tabs=${tabs} selected=${query.tab ?? "made"} onSelect=${(/** @type {string} */ tab) => setQuery({ tab })} />`;
}
