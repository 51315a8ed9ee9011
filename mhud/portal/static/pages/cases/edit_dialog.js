import { t } from "../../app/i18n.js";
import { html } from "../../kit/index.js";
import { CaseFields, bodyOf, check, valuesOf } from "./case_fields.js";
import { caseWords, useCaseForm } from "./use_case_form.js";
import { VersionedDialog } from "./versioned_dialog.js";

/** @param {import("./case_actions.js").Props & {onClose: () => void}} props */
export function EditDialog({ found, categories, onChanged, onClose }) {
  const edit = useCaseForm(found, {
    valuesOf, bodyOf, check,
    onSaved: () => {
      onChanged();
      onClose();
    },
  });
  return html`<${VersionedDialog} title=${t("cases.edit")} action=${t("cases.save")} edit=${edit} words=${caseWords(categories)} onClose=${onClose} size="large">
    <${CaseFields} form=${edit.form} categories=${categories} /><//>`;
}
