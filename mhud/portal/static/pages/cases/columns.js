import { t } from "../../app/i18n.js";
import { href } from "../../app/router.js";
import { Status, Text, When, html } from "../../kit/index.js";

/** Of a list of cases. @param {import("./lookups.js").Categories} categories @returns {import("../../kit/table.js").Column[]} */
export const columnsOf = (categories) => [
  ...identity(),
  { key: "category", label: t("cases.category"), width: "8rem", hideNarrow: true, render: (row) => html`<${Text}>${categories.nameOf(row.category) ?? "–"}<//>` },
  { key: "assigned", label: t("cases.assigned"), width: "9rem", hideNarrow: true, render: whose },
  opened(),
];

/** Of what a search found. @returns {import("../../kit/table.js").Column[]} */
export const hitColumns = () => [
  ...identity(),
  { key: "matched_fields", label: t("cases.found_in"), hideNarrow: true,
    render: (row) => row.matched_fields.map((/** @type {string} */ name) => t(`cases.field_${name}`)).join(", ") },
  opened(),
];

/** @returns {import("../../kit/table.js").Column} */
const opened = () => ({ key: "created_at", label: t("cases.created"), hideNarrow: true, sortable: true, render: (row) => html`<${When} at=${row.created_at} />` });

/** @returns {import("../../kit/table.js").Column[]} */
const identity = () => [
  { key: "title", label: t("cases.case"), render: (row) => html`<a class="cases-title" href=${href(`/cases/${row.id}`)} tabindex="-1"><${Text}>${row.title}<//></a>
    <span class="cases-number">${row.case_number}</span>
    <span class="cases-narrow"><${Status} kind="priority" word=${row.priority} plain /></span>` },
  { key: "status", label: t("cases.status"), render: (row) => html`<${Status} kind="case_status" word=${row.status} />` },
  { key: "priority", label: t("cases.priority"), hideNarrow: true, render: (row) => html`<${Status} kind="priority" word=${row.priority} plain />` },
];

/** @param {any} row */
function whose({ assigned_user_id: id, assigned_user_name: name }) {
  if (id === null) return html`<span class="quiet">${t("cases.nobody")}</span>`;
  return html`<${Text}>${name ?? t("cases.somebody")}<//>`;
}
