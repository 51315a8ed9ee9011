/** The form of a client. */
import { t } from "../../app/i18n.js";
import { SelectField, TextArea, TextField, html, wordOf } from "../../kit/index.js";
import { GENDERS, optionsOf } from "../cases/vocabulary.js";

const NAMES = /** @type {const} */ (["name", "phones", "email", "date_of_birth", "gender", "location", "language", "notes", "tags"]);
const LISTS = new Set(["phones", "tags"]);

/** What the fields hold; lists a line each, or with commas. @param {Record<string, any>} one @returns {Record<string, string>} */
export const valuesOf = (one) =>
  Object.fromEntries(NAMES.map((name) => [name, LISTS.has(name) ? (one[name] ?? []).join(SEPARATOR[name]) : String(one[name] ?? "")]));

/** @type {Record<string, string>} */
const SEPARATOR = { phones: "\n", tags: ", " };

/** What is sent. @param {Record<string, any>} values */
export const bodyOf = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toSend(name, value)]));

/** @param {string} name @param {string} value */
function toSend(name, value) {
  if (LISTS.has(name)) return value.split(/[\n,;]/).map((one) => one.trim()).filter(Boolean);
  return value.trim() || (name === "name" ? "" : null);
}

/** @param {Record<string, any>} values @returns {Record<string, string>} */
export const check = (values) => (values.name.trim() ? {} : { name: t("clients.name_needed") });

/** @type {import("../../kit/versions.js").Words} */
export const CLIENT_WORDS = {
  labelOf: (name) => t(`clients.${name}`),
  shown: (name, item) => {
    const value = Array.isArray(item[name]) ? item[name].join(SEPARATOR[name] ?? ", ") : item[name];
    if (!value) return "–";
    return name === "gender" ? wordOf("gender", value) : String(value);
  },
};

/** @param {{form: import("../../kit/use_form.js").Form<any>}} props */
export function ClientFields({ form }) {
  return html`<${TextField} ...${form.field("name")} label=${t("clients.name")} required maxlength=${100} autocomplete="off" />
    <div class="columns"><${TextArea} ...${form.field("phones")} rows=${2} label=${t("clients.phones")} hint=${t("clients.phones_hint")} />
      <div class="form"><${TextField} ...${form.field("email")} type="email" label=${t("clients.email")} autocomplete="off" />
        <${TextField} ...${form.field("date_of_birth")} type="date" label=${t("clients.date_of_birth")} autocomplete="off" /></div>
      <${SelectField} ...${form.field("gender")} label=${t("clients.gender")} empty=${t("cases.not_said")} options=${optionsOf("gender", GENDERS)} />
      <${TextField} ...${form.field("location")} label=${t("clients.location")} maxlength=${100} autocomplete="off" />
      <${TextField} ...${form.field("language")} label=${t("clients.language")} hint=${t("clients.language_hint")} maxlength=${35} autocomplete="off" />
      <${TextField} ...${form.field("tags")} label=${t("clients.tags")} hint=${t("clients.tags_hint")} autocomplete="off" /></div>
    <${TextArea} ...${form.field("notes")} label=${t("clients.notes")} maxlength=${20000} />`;
}
