import { t } from "../../app/i18n.js";
import { RadioField, TextArea, html } from "../../kit/index.js";
import { CaseDialog } from "./case_dialog.js";
import { useCaseForm } from "./use_case_form.js";
import { mayBecome, optionsOf } from "./vocabulary.js";

/** @param {{found: import("./case_api.js").Found, onChanged: () => void, onClose: () => void}} props */
export function StatusDialog({ found, onChanged, onClose }) {
  const edit = useCaseForm({
    found,
    valuesOf: (one) => ({ status: one.status, notes: "" }),
    bodyOf: (changed) => changed,
    check: ({ status, notes }) =>
      /** @type {Record<string, string>} */ (status === found.case.status && !notes.trim() ? { status: t("cases.choose_status") } : {}),
    onSaved: () => {
      onChanged();
      onClose();
    },
  });
  const words = [found.case.status, ...mayBecome(found.case.status)];
  return html`<${CaseDialog} title=${t("cases.change_status")} action=${t("cases.save")} edit=${edit} was=${found.case} onClose=${onClose}>
    <${RadioField} ...${edit.form.field("status")} label=${t("cases.status")} options=${optionsOf("case_status", words)} />
    <${TextArea} ...${edit.form.field("notes")} label=${t("cases.note")} hint=${t("cases.optional")} maxlength=${20000} /><//>`;
}
