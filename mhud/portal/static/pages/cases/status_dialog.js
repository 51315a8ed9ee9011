import { t } from "../../app/i18n.js";
import { RadioField, TextArea, html } from "../../kit/index.js";
import { mayBecome } from "./narrowing.js";
import { caseWords, useCaseForm } from "./use_case_form.js";
import { VersionedDialog } from "./versioned_dialog.js";
import { optionsOf } from "./vocabulary.js";

/** @param {{found: import("./case_api.js").Found, onChanged: () => void, onClose: () => void}} props */
export function StatusDialog({ found, onChanged, onClose }) {
  const edit = useCaseForm(found, {
    valuesOf: (one) => ({ status: one.status, notes: "" }),
    check: ({ status, notes }) =>
      /** @type {Record<string, string>} */ (status === found.case.status && !notes.trim() ? { status: t("cases.choose_status") } : {}),
    onSaved: () => {
      onChanged();
      onClose();
    },
  });
  const words = [found.case.status, ...mayBecome(found.case.status)];
  return html`<${VersionedDialog} title=${t("cases.change_status")} action=${t("cases.save")} edit=${edit} words=${caseWords()} onClose=${onClose}>
    <${RadioField} ...${edit.form.field("status")} label=${t("cases.status")} options=${optionsOf("case_status", words)} />
    <${TextArea} ...${edit.form.field("notes")} label=${t("cases.note")} hint=${t("cases.optional")} maxlength=${20000} /><//>`;
}
