import { t } from "../../app/i18n.js";
import { wordOf } from "../../kit/index.js";
import { changeCase, readCase } from "./case_api.js";
import { useVersionedForm } from "./use_versioned_form.js";

/**
 * @template {Record<string, any>} V
 * @param {import("./case_api.js").Found} found
 * @param {Omit<Parameters<typeof useVersionedForm<V>>[0], "from" | "read" | "save">} about
 */
export const useCaseForm = (found, about) =>
  useVersionedForm({ ...about, from: versionOf(found), read: () => readCase(found.case.id).then(versionOf),
    save: (body, etag) => changeCase(found.case.id, body, etag) });

/** @param {import("./case_api.js").Found} found */
const versionOf = (found) => ({ item: found.case, etag: found.etag });

/** @type {Record<string, string>} */
const KINDS = { status: "case_status", priority: "priority", child_gender: "gender" };

/** @type {import("./versioned_dialog.js").Words} */
export const CASE_WORDS = {
  labelOf: (name) => t(`cases.${name === "assigned_user_id" ? "assigned" : name}`),
  shown: (name, item) => {
    const value = item[name];
    if (name === "assigned_user_id") return assignee(item, value);
    if (value === null || value === undefined || value === "") return "–";
    return KINDS[name] ? wordOf(KINDS[name], value) : String(value);
  },
  others: ["status", "priority", "assigned_user_id"],
};

/** Who was chosen in the form is only an id. @param {any} item @param {number | string | null} value */
function assignee(item, value) {
  if (value === null || value === "") return t("cases.nobody");
  return String(value) === String(item.assigned_user?.id) ? item.assigned_user.username : String(value);
}
