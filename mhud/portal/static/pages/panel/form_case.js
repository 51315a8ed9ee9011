/** The case that the contact is about: none, a known one, a new one. */
import { Notice, RadioField, SelectField, TextField, Button, html, wordOf } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { isCaseShown } from "./case_peek.js";
import { FindCase } from "./find.js";
import { field } from "./form_fields.js";
import { useCategories } from "./words.js";

/** @typedef {import("./call_form.js").CallForm} CallForm */

/** @param {{form: CallForm}} props */
export function AboutCase({ form }) {
  const { about, made, case_id, case_number } = form.values.value;
  const options = ["none", "known", ...(may("create_case") ? ["new"] : [])]
    .map((value) => ({ value, label: t(`panel.case_${value}`), disabled: !!made.case_id && value !== "new" }));
  const choose = (/** @type {"none" | "known" | "new"} */ next) => form.set({ about: next, case_id: "", case_number: "" });
  return html`<fieldset class="sheet-part"><legend>${t("panel.case")}</legend>
    <${RadioField} label=${t("panel.case_about")} hideLabel value=${about} options=${options} onInput=${choose} error=${form.wrong.value.about} />
    ${about === "known" && (case_id
      ? html`<p class="chosen row"><bdi>${case_number || case_id}</bdi>
          <${Button} kind="quiet" icon="case" onClick=${() => (isCaseShown.value = { id: Number(case_id), form: null })}>${t("panel.read_case")}<//></p>`
      : html`<${FindCase} onFound=${(/** @type {any} */ one) => form.set({ case_id: String(one.id), case_number: one.case_number })} />`)}
    ${about === "new" && (made.case_id
      ? html`<${Notice} tone="good">${t("panel.case_is_made", { number: made.case_number ?? "" })}<//>`
      : html`<${NewCase} form=${form} />`)}
  </fieldset>`;
}

const PRIORITIES = ["low", "medium", "high", "critical"];
const GENDERS = ["female", "male", "other", "unknown"];
/** @param {string} kind @param {string[]} words */
const options = (kind, words) => words.map((value) => ({ value, label: wordOf(kind, value) }));

/** @param {{form: CallForm}} props */
function NewCase({ form }) {
  const known = useCategories().data ?? [];
  const { category } = form.values.value;
  const of = (/** @type {string | null} */ parent) => known.filter((one) => one.parent === parent).map((one) => ({ value: one.code, label: one.name }));
  const chooseCategory = (/** @type {string} */ next) => form.set({ category: next, subcategory: "" });
  const below = of(category || "-");
  return html`<div class="sheet-fields">
    <${TextField} class="sheet-wide" label=${t("panel.case_title")} required maxLength=${300} autocomplete="off" ...${field(form, "title")} />
    <${SelectField} label=${t("panel.category")} empty=${t("panel.not_chosen")} options=${of(null)} ...${field(form, "category")} onInput=${chooseCategory} />
    <${SelectField} label=${t("panel.subcategory")} empty=${t("panel.not_chosen")} options=${below} disabled=${!below.length} ...${field(form, "subcategory")} />
    <${SelectField} label=${t("panel.priority")} options=${options("priority", PRIORITIES)} ...${field(form, "priority")} />
    <${TextField} label=${t("panel.child_name")} maxLength=${200} autocomplete="off" ...${field(form, "child_name")} />
    <${TextField} label=${t("panel.child_age")} inputmode="numeric" maxLength=${2} autocomplete="off" ...${field(form, "child_age")} />
    <${SelectField} label=${t("panel.child_gender")} empty=${t("panel.not_chosen")} options=${options("gender", GENDERS)} ...${field(form, "child_gender")} />
    <${TextField} class="sheet-wide" label=${t("panel.child_location")} maxLength=${500} autocomplete="off" ...${field(form, "child_location")} />
  </div>`;
}
