import { CheckField, SelectField, TextField, html, useForm } from "../../kit/index.js";
import { post, put } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { FormDialog } from "./form_dialog.js";

/** @typedef {import("./vocabulary.js").Category} Category @typedef {import("./vocabulary.js").Disposition} Disposition */
const WORD = /^[a-z0-9]+(_[a-z0-9]+)*$/;
const CODE = /^[A-Z0-9]+(_[A-Z0-9]+)*$/;

/** @param {{of?: Category, all: Category[], onClose: () => void, onSaved: () => void}} props */
export function CategoryForm({ of, all, onClose, onSaved }) {
  const first = { code: of?.code ?? "", name: of?.name ?? "", parent: of?.parent ?? "", is_active: of?.is_active ?? true };
  const form = useForm(first, async ({ code, name, parent, is_active }) => {
    await (of ? put(`/helpline/api/categories/${of.code}`, { name: name.trim(), is_active })
      : post("/helpline/api/categories", { code: code.trim(), name: name.trim(), parent: parent || null }));
    onSaved();
  }, { check: ({ code, name }) => wrong(name, of || WORD.test(code.trim()) ? "" : t("vocabulary.word_hint")) });
  const parents = all.filter((one) => !one.parent && one.is_active).map((one) => ({ value: one.code, label: one.name }));
  return html`<${FormDialog} title=${of ? of.name : t("vocabulary.new_category")} form=${form} onClose=${onClose} action=${t("admin.save")}>
    <${TextField} ...${form.field("name")} label=${t("vocabulary.name")} required maxlength="100" />
    <${TextField} ...${form.field("code")} label=${t("vocabulary.code")} hint=${t("vocabulary.word_hint")} required disabled=${!!of} maxlength="64" />
    <${SelectField} ...${form.field("parent")} label=${t("vocabulary.part_of")} empty=${t("vocabulary.of_none")} disabled=${!!of} options=${parents} />
    ${of && html`<${CheckField} ...${form.field("is_active")} label=${t("admin.is_active")} hint=${t("vocabulary.active_hint")} />`}<//>`;
}

/** @param {{of?: Disposition, onClose: () => void, onSaved: () => void}} props */
export function DispositionForm({ of, onClose, onSaved }) {
  const first = { code: of?.code ?? "", name: of?.name ?? "", category: of?.category ?? "", is_active: of?.is_active ?? true };
  const form = useForm(first, async ({ code, name, category, is_active }) => {
    const body = { code: code.trim(), name: name.trim(), category: category.trim() };
    await (of ? put(`/helpline/api/dispositions/${of.id}`, { ...body, is_active }) : post("/helpline/api/dispositions", body));
    onSaved();
  }, { check: ({ code, name, category }) => ({
    ...wrong(name, CODE.test(code.trim()) ? "" : t("vocabulary.code_hint")), ...(!WORD.test(category.trim()) && { category: t("vocabulary.word_hint") }),
  }) });
  return html`<${FormDialog} title=${of ? of.name : t("vocabulary.new_disposition")} form=${form} onClose=${onClose} action=${t("admin.save")}>
    <${TextField} ...${form.field("name")} label=${t("vocabulary.name")} required maxlength="100" />
    <${TextField} ...${form.field("code")} label=${t("vocabulary.code")} hint=${t("vocabulary.code_hint")} required maxlength="64" />
    <${TextField} ...${form.field("category")} label=${t("vocabulary.counted_as")} hint=${t("vocabulary.counted_hint")} required maxlength="64" />
    ${of && html`<${CheckField} ...${form.field("is_active")} label=${t("admin.is_active")} hint=${t("vocabulary.active_hint")} />`}<//>`;
}

/** @param {string} name @param {string} code what is wrong with it @returns {Record<string, string>} */
const wrong = (name, code) => ({ ...(!name.trim() && { name: t("vocabulary.name_wanted") }), ...(code && { code }) });
