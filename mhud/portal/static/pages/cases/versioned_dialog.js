import { t } from "../../app/i18n.js";
import { Button, Dialog, Notice, Versions, confirm, html, useId } from "../../kit/index.js";

/**
 * Around a form of useVersionedForm: its buttons, what went wrong, both versions.
 * @param {{title: string, action: string, edit: import("../../kit/versions.js").Edit,
 *   words: import("../../kit/versions.js").Words, onClose: () => void, size?: "small" | "medium" | "large", children?: any}} props
 */
export function VersionedDialog({ title, action, edit, words, onClose, size, children }) {
  const { form } = edit;
  const id = useId();
  const close = () => closeUnlessDirty(form, onClose);
  const footer = html`<${Button} onClick=${close}>${t("kit.cancel")}<//>
    <${Button} kind="primary" type="submit" form=${id} busy=${form.busy} disabled=${!!edit.met}>${action}<//>`;
  return html`<${Dialog} title=${title} size=${size} onClose=${close} footer=${footer}>
    <${Versions} of=${edit} words=${words} />
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <form id=${id} class="form" novalidate onSubmit=${form.submit}>${children}</form><//>`;
}

/** What was typed is not dropped without a question. @param {{isDirty: boolean}} form @param {() => void} onClose */
export async function closeUnlessDirty(form, onClose) {
  if (!form.isDirty || (await confirm({ title: t("kit.unsaved"), action: t("cases.throw_away"), danger: true }))) onClose();
}
