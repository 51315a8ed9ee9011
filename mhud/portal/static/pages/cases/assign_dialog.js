import { t } from "../../app/i18n.js";
import { SelectField, TextArea, html, wordOf } from "../../kit/index.js";
import { Unread } from "./lookups.js";
import { caseWords, useCaseForm } from "./use_case_form.js";
import { VersionedDialog } from "./versioned_dialog.js";

/** @param {{found: import("./case_api.js").Found, people: import("./lookups.js").People,
 *   onChanged: () => void, onClose: () => void}} props */
export function AssignDialog({ found, people, onChanged, onClose }) {
  const edit = useCaseForm(found, {
    valuesOf: (one) => ({ assigned_user_id: one.assigned_user_id === null ? "" : String(one.assigned_user_id), notes: "" }),
    bodyOf: bodyOfAssignment,
    onSaved: () => {
      onChanged();
      onClose();
    },
  });
  return html`<${VersionedDialog} title=${t("cases.assign")} action=${t("cases.assign")} edit=${edit} words=${caseWords(undefined, people)} onClose=${onClose}>
    <${Unread} of=${people} /><${SelectField} ...${edit.form.field("assigned_user_id")} label=${t("cases.assigned")} empty=${t("cases.nobody")} options=${peopleOptions(people)} />
    <${TextArea} ...${edit.form.field("notes")} label=${t("cases.note")} hint=${t("cases.optional")} maxlength=${20000} /><//>`;
}

/** @param {import("./lookups.js").People} people */
export const peopleOptions = (people) =>
  people.all.map((one) => ({ value: String(one.id), label: [one.name || one.username, wordOf("role", one.role)].join(" · ") }));

/** @param {Record<string, any>} changed "" is nobody */
export const bodyOfAssignment = ({ assigned_user_id: who, ...rest }) =>
  who === undefined ? rest : { ...rest, assigned_user_id: who === "" ? null : Number(who) };
