import { CheckField, Failed, SelectField, TextArea, TextField, html, useLoad } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { roleWord } from "./users.js";

/** What a form holds of a person; all are texts, so that two versions can be compared.
 * @typedef {{username: string, name: string, role: string, email: string, phone: string, addresses: string, is_active: boolean}} Values */

/** @type {Values} */
export const EMPTY = { username: "", name: "", role: "operator", email: "", phone: "", addresses: "", is_active: true };

/** @param {any} user of the API @returns {Values} */
export const valuesOf = (user) => ({
  username: user.username, name: user.name, role: user.role, email: user.email ?? "", phone: user.phone ?? "",
  addresses: user.sign_in_addresses.join("\n"), is_active: user.is_active,
});

/** @param {Values} values */
export const bodyOf = ({ name, role, email, phone, addresses }) => ({
  name: name.trim(), role, email: email.trim() || null, phone: phone.trim() || null,
  sign_in_addresses: addresses.split("\n").map((one) => one.trim()).filter(Boolean),
});

/** @param {{form: import("../../kit/use_form.js").Form<Values>, isNew?: boolean}} props */
export function UserFields({ form, isNew = false }) {
  const roles = useLoad((signal) => get("/helpline/api/roles", {}, { signal }), []);
  const names = new Set([form.values.role, ...(roles.data?.data ?? []).map((/** @type {any} */ one) => one.name)]);
  return html`${!roles.data && !!roles.error && html`<${Failed} error=${roles.error} again=${roles.again} compact />`}<div class="fields">
    ${isNew && html`<${TextField} ...${form.field("username")} label=${t("users.username")} hint=${t("users.username_hint")} required maxlength="128" autocomplete="off" />`}
    <${TextField} ...${form.field("name")} label=${t("users.name")} maxlength="200" autocomplete="off" required=${!isNew} />
    <${SelectField} ...${form.field("role")} label=${t("users.role")} options=${[...names].map((value) => ({ value, label: roleWord(value) }))} />
    <${TextField} ...${form.field("email")} type="email" label=${t("users.email")} autocomplete="off" maxlength="254" />
    <${TextField} ...${form.field("phone")} type="tel" label=${t("users.phone")} autocomplete="off" maxlength="64" />
    <${TextArea} ...${form.field("addresses")} label=${t("users.addresses")} hint=${t("users.addresses_hint")} rows=${2} error=${form.errors.sign_in_addresses} />
    ${!isNew && html`<div class="whole"><${CheckField} ...${form.field("is_active")} label=${t("users.may_sign_in")} hint=${t("users.active_hint")} /></div>`}</div>`;
}
