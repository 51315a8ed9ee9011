import { t } from "../../app/i18n.js";
import { Button, Conflict, Dialog, Notice, confirm, html, useEffect, useId, useRef } from "../../kit/index.js";

/**
 * Around a form of useVersionedForm: its buttons, what went wrong, both versions.
 * @param {{title: string, action: string, edit: ReturnType<typeof import("./use_versioned_form.js").useVersionedForm>,
 *   words: Words, onClose: () => void, size?: "small" | "medium" | "large", children?: any}} props
 *
 * @typedef {object} Words how fields are told to people
 * @property {(name: string) => string} labelOf
 * @property {(name: string, item: any) => string} shown what `item` holds
 * @property {string[]} [others] fields that are not in the form, and worth telling if they changed
 */
export function VersionedDialog({ title, action, edit, words, onClose, size, children }) {
  const { form, theirs } = edit;
  const id = useId();
  const close = async () => {
    if (!form.isDirty || (await confirm({ title: t("kit.unsaved"), action: t("cases.throw_away"), danger: true }))) onClose();
  };
  const footer = html`<${Button} onClick=${close}>${t("kit.cancel")}<//>
    <${Button} kind="primary" type="submit" form=${id} busy=${form.busy} disabled=${!!theirs}>${action}<//>`;
  return html`<${Dialog} title=${title} size=${size} onClose=${close} footer=${footer}>
    ${theirs && html`<${Both} edit=${edit} words=${words} />`}
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <form id=${id} class="form" novalidate onSubmit=${form.submit}>${children}</form><//>`;
}

/** @param {{edit: ReturnType<typeof import("./use_versioned_form.js").useVersionedForm>, words: Words}} props */
function Both({ edit, words }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => box.current?.focus(), []); // it stands above a long form
  return html`<div ref=${box} tabindex="-1"><${Conflict} rows=${rowsOf(edit, words)} onMine=${edit.keepMine} onTheirs=${edit.takeTheirs} />
    <p class="small quiet">${t("cases.keep_mine_means")}</p></div>`;
}

/** @param {ReturnType<typeof import("./use_versioned_form.js").useVersionedForm>} edit @param {Words} words */
function rowsOf({ theirs, begun, form, was }, { labelOf, shown, others = [] }) {
  const now = theirs?.item ?? {};
  const isMine = (/** @type {string} */ name) => name in begun && form.values[name] !== begun[name];
  const mineOf = (/** @type {string} */ name) => (isMine(name) ? shown(name, { ...was, [name]: form.values[name] }) : t("cases.not_changed"));
  const names = [...Object.keys(begun).filter((name) => name in now), ...others.filter((name) => !(name in begun))];
  return names
    .filter((name) => isMine(name) || shown(name, was) !== shown(name, now))
    .map((name) => ({ label: labelOf(name), mine: mineOf(name), theirs: shown(name, now) }));
}
