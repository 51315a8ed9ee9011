/** An entry of a case's history in the person's language. What people wrote stays as it is. */
import { hasText, t } from "../../app/i18n.js";
import { wordOf } from "../../kit/index.js";

/** @param {{activity_type: string, previous_value: string | null, new_value: string | null, previous_name: string | null, new_name: string | null}} entry */
export function titleOf({ activity_type: type, previous_value: before, new_value: after, previous_name: from, new_name: to }) {
  if (type === "status_change" && before === null) return t("cases.did_create");
  if (type === "assignment") return to ? t("cases.did_assign", { name: to }) : t("cases.did_unassign", { name: from ?? "–" });
  if (type === "status_change" || type === "resolution") return t("cases.did_status", arrow("case_status", before, after));
  if (type === "priority_change") return t("cases.did_priority", arrow("priority", before, after));
  return wordOf("activity", type);
}

/** @param {string} kind @param {string | null} before @param {string | null} after */
const arrow = (kind, before, after) => ({ before: wordOf(kind, before), after: wordOf(kind, after) });

const CHANGED = "Case changed: "; // as the API words it; the fields are named, not what they held
const ADDED = "File added: ";
const LOGGED = /^(Inbound|Outbound) [\w-]+ logged$/; // the title says it, and the contact stands beside
const OWN_TITLE = new Set(["status_change", "resolution", "priority_change", "assignment"]);

/** What stands below the title; "" where that says it all. @param {{activity_type: string, description: string}} entry */
export function wordsOf({ activity_type: type, description }) {
  if (OWN_TITLE.has(type)) return "";
  if (type === "communication" && LOGGED.test(description)) return "";
  if (type === "attachment" && description.startsWith(ADDED)) return description.slice(ADDED.length);
  if (type !== "note" || !description.startsWith(CHANGED)) return description;
  const fields = description.slice(CHANGED.length).split(", ");
  if (!fields.every((name) => hasText(`cases.${name}`))) return description;
  return t("cases.did_change", { fields: fields.map((name) => t(`cases.${name}`)).join(", ") });
}
