import { t } from "../../app/i18n.js";
import { Button, Conflict, Dialog, Notice, confirm, html, useId } from "../../kit/index.js";

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
    ${theirs && html`<${Conflict} rows=${rowsOf(edit, words)} onMine=${edit.keepMine} onTheirs=${edit.takeTheirs} />
      <p class="small quiet">${t("cases.keep_mine_means")}</p>`}
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <form id=${id} class="form" novalidate onSubmit=${form.submit}>${children}</form><//>`;
}

/** @param {ReturnType<typeof import("./use_versioned_form.js").useVersionedForm>} edit @param {Words} words */
function rowsOf({ theirs, begun, form, was }, { labelOf, shown, others = [] }) {
  const now = theirs?.item ?? {};
  const mine = { ...was };
  for (const [name, value] of Object.entries(form.values)) if (value !== begun[name]) mine[name] = value;
  const names = [...Object.keys(begun).filter((name) => name in now), ...others.filter((name) => !(name in begun))];
  return names.map((name) => ({ label: labelOf(name), mine: shown(name, mine), theirs: shown(name, now) }));
}
