import { t } from "../../app/i18n.js";
import { useVersionedForm, wordOf } from "../../kit/index.js";
import { changeCase, readCase } from "./case_api.js";

/**
 * @template {Record<string, any>} V
 * @param {import("./case_api.js").Found} found
 * @param {Omit<Parameters<typeof useVersionedForm<V>>[0], "from" | "read" | "save">} about
 */
export const useCaseForm = (found, about) =>
  useVersionedForm({ ...about, from: versionOf(found), read: () => readCase(found.case.id).then(versionOf),
    save: (body, etag, key) => changeCase(found.case.id, body, etag, key) });

/** @param {import("./case_api.js").Found} found */
const versionOf = (found) => ({ item: found.case, etag: found.etag });

const ADDED = new Set(["notes", "escalation"]);

/** @type {Record<string, string>} */
const KINDS = { status: "case_status", priority: "priority", child_gender: "gender" };

/** @param {import("./lookups.js").Categories} [categories] @param {import("./lookups.js").People} [people]
 * @returns {import("../../kit/versions.js").Words} */
export const caseWords = (categories, people) => ({
  labelOf: (name) => t(`cases.${name === "assigned_user_id" ? "assigned" : name}`),
  shown: (name, item) => {
    if (ADDED.has(name)) return ""; // to what stands there: nobody's takes its place
    const value = item[name];
    if (name === "assigned_user_id") return assigneeOf(item, people);
    if (value === null || value === undefined || value === "") return "–";
    if (name === "category" || name === "subcategory") return categories?.nameOf(value) ?? value;
    return KINDS[name] ? wordOf(KINDS[name], value) : String(value);
  },
  others: ["status", "priority", "assigned_user_id"],
});

/** Who was chosen in the form is only an id. @param {any} item @param {import("./lookups.js").People} [people] */
function assigneeOf({ assigned_user_id: id, assigned_user: one, assigned_user_name: name }, people) {
  if (!id) return t("cases.nobody");
  return String(id) === String(one?.id) ? name : (people?.nameOf(Number(id)) ?? String(id));
}
