import { t } from "../../app/i18n.js";
import { Button, Dialog, Notice, confirm, html, useId } from "../../kit/index.js";
import { Versions } from "./versions.js";

/**
 * Around a form of useCaseForm: its buttons, what went wrong, both versions.
 * @param {{title: string, action: string, edit: ReturnType<typeof import("./use_case_form.js").useCaseForm>,
 *   was: import("./case_api.js").Case, onClose: () => void, size?: "small" | "medium" | "large", children?: any}} props
 */
export function CaseDialog({ title, action, edit, was, onClose, size, children }) {
  const { form, theirs } = edit;
  const id = useId();
  const close = async () => {
    if (!form.isDirty || (await confirm({ title: t("kit.unsaved"), action: t("cases.throw_away"), danger: true }))) onClose();
  };
  const footer = html`<${Button} onClick=${close}>${t("kit.cancel")}<//>
    <${Button} kind="primary" type="submit" form=${id} busy=${form.busy} disabled=${!!theirs}>${action}<//>`;
  return html`<${Dialog} title=${title} size=${size} onClose=${close} footer=${footer}>
    ${theirs && html`<${Versions} theirs=${theirs} begun=${edit.begun} values=${form.values} was=${was}
      onMine=${edit.keepMine} onTheirs=${edit.takeTheirs} />`}
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <form id=${id} class="form" novalidate onSubmit=${form.submit}>${children}</form><//>`;
}
