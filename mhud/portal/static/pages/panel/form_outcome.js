/** What came of the call, and what is agreed. */
import { CheckField, SelectField, TextField, html } from "../../kit/index.js";
import { say } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { field } from "./form_fields.js";
import { useDispositions } from "./words.js";

/** @param {{form: import("./call_form.js").CallForm}} props */
export function Outcome({ form }) {
  const known = useDispositions();
  const options = (known.data ?? []).map((one) => ({ value: String(one.id), label: one.name }));
  const bound = field(form, "disposition_id");
  const error = bound.error ?? (known.error && !known.data ? say(known.error) : undefined);
  return html`<fieldset class="sheet-part"><legend>${t("panel.what_came_of_it")}</legend><div class="sheet-fields">
    <${SelectField} label=${t("panel.outcome")} required empty=${t("panel.choose_outcome")} options=${options} ...${bound} error=${error} />
    <${TextField} label=${t("panel.callback_at")} type="datetime-local" hint=${t("panel.callback_at_hint")} ...${field(form, "callback_at")} />
    <${TextField} class="sheet-wide" label=${t("panel.outcome_notes")} maxLength=${20_000} autocomplete="off" ...${field(form, "disposition_notes")} /></div>
    ${form.values.value.callback_id && html`<${CheckField} label=${t("panel.callback_is_done")} ...${field(form, "callback_done")} />`}
  </fieldset>`;
}
