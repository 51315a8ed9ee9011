import { t } from "../../app/i18n.js";
import { Notice, SelectField, TextArea, html } from "../../kit/index.js";
import { bodyOfAssignment, peopleOptions } from "./assign_dialog.js";
import { mayAssign, mayEdit } from "./case_rights.js";
import { Unread } from "./lookups.js";
import { caseWords, useCaseForm } from "./use_case_form.js";
import { VersionedDialog } from "./versioned_dialog.js";
import { PRIORITIES, optionsOf } from "./vocabulary.js";

/** Why, and if he may, how urgent it is now and who shall see to it.
 * @param {import("./case_actions.js").Props & {onClose: () => void}} props */
export function EscalateDialog({ found, people, onChanged, onClose }) {
  const one = found.case;
  const edit = useCaseForm(found, {
    valuesOf: ({ priority, assigned_user_id: who }) => ({ escalation: "", priority, assigned_user_id: who === null ? "" : String(who) }),
    bodyOf: bodyOfAssignment,
    check: ({ escalation }) => /** @type {Record<string, string>} */ (escalation.trim() ? {} : { escalation: t("cases.say_why") }),
    onSaved: () => {
      onChanged();
      onClose();
    },
  });
  const higher = PRIORITIES.slice(PRIORITIES.indexOf(one.priority));
  return html`<${VersionedDialog} title=${t("cases.escalate")} action=${t("cases.escalate")} edit=${edit} words=${caseWords(undefined, people)} onClose=${onClose}>
    <${Notice}>${t("cases.escalate_means")}<//>
    <${TextArea} ...${edit.form.field("escalation")} label=${t("cases.reason")} required maxlength=${20000} />
    ${mayEdit(one) && html`<${SelectField} ...${edit.form.field("priority")} label=${t("cases.priority")} options=${optionsOf("priority", higher)} />`}
    ${mayAssign() && html`<${Unread} of=${people} /><${SelectField} ...${edit.form.field("assigned_user_id")} label=${t("cases.assigned")} empty=${t("cases.nobody")} options=${peopleOptions(people)} />`}<//>`;
}
