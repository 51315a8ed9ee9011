import { post } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { go } from "../../app/router.js";
import { Button, Dialog, Notice, html, useForm, useId, useRef } from "../../kit/index.js";
import { closeUnlessDirty } from "../cases/versioned_dialog.js";
import { ROOT } from "./client_api.js";
import { ClientFields, bodyOf, check, valuesOf } from "./client_fields.js";

/** @param {{onClose: () => void}} props */
export function NewClient({ onClose }) {
  const id = useId();
  const made = useRef("");
  const form = useForm(valuesOf({}), async (values, key) => {
    made.current = (await post(ROOT, bodyOf(values), { key })).id;
  }, { check });
  const send = async (/** @type {Event} */ event) => {
    if (await form.submit(event)) go(`/clients/${made.current}`);
  };
  const close = () => closeUnlessDirty(form, onClose);
  const footer = html`<${Button} onClick=${close}>${t("kit.cancel")}<//>
    <${Button} kind="primary" type="submit" form=${id} busy=${form.busy}>${t("cases.save")}<//>`;
  return html`<${Dialog} title=${t("clients.new")} size="large" onClose=${close} footer=${footer}>
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <form id=${id} class="form" novalidate onSubmit=${send}><${ClientFields} form=${form} /></form><//>`;
}
