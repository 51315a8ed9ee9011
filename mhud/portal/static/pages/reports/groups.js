/** What a row of a report is about, in words. */
import { t } from "../../app/i18n.js";
import { dayIn, hourIn } from "./dates.js";
import { agentName, queueName } from "./names.js";

/** @param {any} row @param {any} report */
export function groupOf(row, report) {
  if (row.begins) return (report.group_by === "hour" ? hourIn : dayIn)(row.begins, report.time_zone);
  if (report.group_by === "none") return t("reports.all");
  if (!row.group) return t("reports.in_none");
  return report.group_by === "queue" ? queueName(row.group) : agentName(row.group);
}
