/** Whom the contact is with. */
import { RadioField, Text, TextField, html } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { field } from "./form_fields.js";
import { FindClient } from "./find.js";

/** @param {{form: import("./call_form.js").CallForm}} props */
export function Person({ form }) {
  const values = form.values.value;
  const options = ["none", "known", ...(may("manage_clients") ? ["new"] : [])]
    .map((value) => ({ value, label: t(`panel.person_${value}`), disabled: !!values.made.client_id }));
  const choose = (/** @type {"none" | "known" | "new"} */ person) => form.set({ person, client_id: "", client_name: "" });
  return html`<fieldset class="sheet-part"><legend>${t("panel.caller")}</legend><div class="sheet-fields">
    <${TextField} label=${t("panel.reporter_name")} maxLength=${200} autocomplete="off" ...${field(form, "reporter_name")} />
    <${TextField} label=${t("panel.reporter_relationship")} maxLength=${200} autocomplete="off" hint=${t("panel.relationship_hint")} ...${field(form, "reporter_relationship")} /></div>
    <${RadioField} label=${t("panel.client")} value=${values.person} options=${options} onInput=${choose} />
    ${values.person === "known" && (values.client_id
      ? html`<p class="chosen"><${Text}>${values.client_name || values.client_id}<//></p>`
      : html`<${FindClient} onFound=${(/** @type {any} */ one) => form.set({ client_id: one.id, client_name: one.name })} />`)}
    ${values.person === "new" && html`<${TextField} label=${t("panel.client_name")} required maxLength=${100} autocomplete="off" ...${field(form, "client_name")} />`}
  </fieldset>`;
}
