/** The form of a case: a new one's and an old one's. */
import { t } from "../../app/i18n.js";
import { SelectField, TextArea, TextField, html } from "../../kit/index.js";
import { Unread } from "./lookups.js";
import { GENDERS, PRIORITIES, optionsOf } from "./vocabulary.js";

const NAMES = /** @type {const} */ ([
  "title", "description", "category", "subcategory", "priority", "child_name", "child_age", "child_gender", "child_location",
  "reporter_name", "reporter_relationship", "reporter_phone", "reporter_email",
]);

/** What the fields hold: "" where nothing is known. @param {Record<string, any>} one @returns {Record<string, string>} */
export const valuesOf = (one) =>
  Object.fromEntries(NAMES.map((name) => [name, String(one[name] ?? (name === "priority" ? "medium" : ""))]));

/** What is sent. @param {Record<string, any>} values @returns {Record<string, any>} */
export const bodyOf = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wordsOf(name, value)]));

/** @param {string} name @param {string} value */
function wordsOf(name, value) {
  const text = value.trim();
  if (text === "") return name === "title" ? text : null;
  return name === "child_age" ? Number(text) : text;
}

/** @param {Record<string, any>} values */
export const check = (values) => ({
  ...(values.title.trim() ? {} : { title: t("cases.title_needed") }),
  ...(/^\s*(\d|1\d|2[0-5])?\s*$/.test(values.child_age) ? {} : { child_age: t("cases.age_wrong") }),
});

/** @param {{form: import("../../kit/use_form.js").Form<any>, categories: import("./lookups.js").Categories}} props */
export function CaseFields({ form, categories }) {
  const { category, subcategory } = form.values;
  const setCategory = (/** @type {string} */ code) => {
    form.set("category", code);
    form.set("subcategory", "");
  };
  const below = category ? categories.options(category, subcategory) : [];
  return html`<${TextField} ...${form.field("title")} label=${t("cases.title")} required maxlength=${300} />
    <${TextArea} ...${form.field("description")} label=${t("cases.description")} rows=${6} maxlength=${20000} />
    <${Unread} of=${categories} /><div class="columns cases-words">
      <${SelectField} ...${form.field("category")} onInput=${setCategory} label=${t("cases.category")} empty=${t("cases.none_yet")} options=${categories.options(null, category)} />
      <${SelectField} ...${form.field("subcategory")} label=${t("cases.subcategory")} empty=${t("cases.none_yet")} options=${below} disabled=${!below.length} />
      <${SelectField} ...${form.field("priority")} label=${t("cases.priority")} options=${optionsOf("priority", PRIORITIES)} />
    </div>
    <fieldset class="cases-part"><legend>${t("cases.child")}</legend><div class="columns">
      <${TextField} ...${form.field("child_name")} label=${t("cases.child_name")} maxlength=${200} autocomplete="off" />
      <${TextField} ...${form.field("child_age")} label=${t("cases.child_age")} inputmode="numeric" maxlength=${2} autocomplete="off" />
      <${SelectField} ...${form.field("child_gender")} label=${t("cases.child_gender")} empty=${t("cases.not_said")} options=${optionsOf("gender", GENDERS)} />
      <${TextField} ...${form.field("child_location")} label=${t("cases.child_location")} maxlength=${500} autocomplete="off" />
    </div></fieldset>
    <fieldset class="cases-part"><legend>${t("cases.reporter")}</legend><div class="columns">
      <${TextField} ...${form.field("reporter_name")} label=${t("cases.reporter_name")} maxlength=${200} autocomplete="off" />
      <${TextField} ...${form.field("reporter_relationship")} label=${t("cases.reporter_relationship")} maxlength=${200} autocomplete="off" />
      <${TextField} ...${form.field("reporter_phone")} type="tel" label=${t("cases.reporter_phone")} maxlength=${64} autocomplete="off" />
      <${TextField} ...${form.field("reporter_email")} type="email" label=${t("cases.reporter_email")} autocomplete="off" />
    </div></fieldset>`;
}
