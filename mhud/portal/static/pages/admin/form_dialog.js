import { Button, Dialog, Notice, confirm, html, useId } from "../../kit/index.js";
import { t } from "../../app/i18n.js";

/** A form over the page. What is typed is not dropped without a question.
 * @param {{title: string, form: import("../../kit/use_form.js").Form<any>, action: string, onClose: () => void,
 *   children?: any, size?: "small" | "medium" | "large"}} props */
export function FormDialog({ title, form, action, onClose, children, size = "medium" }) {
  const id = useId();
  const close = async () => {
    if (!form.isDirty || (await confirm({ title: t("kit.unsaved"), action: t("admin.discard"), danger: true }))) onClose();
  };
  const footer = html`<${Button} onClick=${close}>${t("kit.cancel")}<//>
    <${Button} kind="primary" type="submit" form=${id} busy=${form.busy}>${action}<//>`;
  return html`<${Dialog} title=${title} size=${size} footer=${footer} onClose=${close}>
    <form id=${id} class="form" noValidate onSubmit=${form.submit}>
      ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}${children}</form><//>`;
}
