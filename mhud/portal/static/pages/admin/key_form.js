import { SelectField, TextField, html, useForm } from "../../kit/index.js";
import { post } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { FormDialog } from "./form_dialog.js";
import { RightsField } from "./rights.js";

const EMPTY = { name: "", description: "", tier: "standard", rate: "2000", expires: "", rights: /** @type {string[]} */ ([]) };

/** @param {{onClose: () => void, onMade: (key: any) => void}} props */
export function NewKey({ onClose, onMade }) {
  const form = useForm(EMPTY, async (values) => onMade(await post("/api/v1/keys", bodyOf(values))), { check });
  return html`<${FormDialog} title=${t("keys.new")} size="large" form=${form} action=${t("keys.make")} onClose=${onClose}>
    <div class="fields"><${TextField} ...${form.field("name")} label=${t("keys.name")} hint=${t("keys.name_hint")} required maxlength="100" />
      <${TextField} ...${form.field("description")} label=${t("keys.description")} maxlength="500" />
      <${SelectField} ...${form.field("tier")} label=${t("keys.tier")} options=${["standard", "premium", "enterprise"].map(
        (value) => ({ value, label: t(`keys.tier_${value}`) }))} />
      ${form.values.tier === "enterprise" && html`<${TextField} ...${form.field("rate")} type="number" min="1" label=${t("keys.rate")} />`}
      <${TextField} ...${form.field("expires")} type="date" label=${t("keys.expires")} hint=${t("keys.expires_hint")} error=${form.errors.expires_at} /></div>
    <${RightsField} value=${form.values.rights} onInput=${(/** @type {string[]} */ rights) => form.set("rights", rights)} error=${form.errors.rights} /><//>`;
}

/** @param {typeof EMPTY} values @returns {Record<string, string>} */
function check(values) {
  return {
    ...(!values.name.trim() && { name: t("keys.name_wanted") }),
    ...(!values.rights.length && { rights: t("keys.rights_wanted") }),
  };
}

/** It holds to the end of the day, as it is here. @param {typeof EMPTY} values */
function bodyOf({ name, description, tier, rate, expires, rights }) {
  return {
    name: name.trim(), description: description.trim(), rights,
    tier: tier === "enterprise" ? `${tier}:${rate}` : tier,
    expires_at: expires ? new Date(`${expires}T23:59:59`).toISOString() : null,
  };
}
