import { post } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { Button, Dialog, Notice, SelectField, TextArea, TextField, html, useForm, useId } from "../../kit/index.js";
import { Unread } from "./lookups.js";
import { closeUnlessDirty } from "./versioned_dialog.js";
import { optionsOf } from "./vocabulary.js";

const TYPES = ["sms", "whatsapp", "email", "web", "walk_in", "call"];
const DIRECTIONS = ["inbound", "outbound"];
const EMPTY = { contact_type: "walk_in", direction: "inbound", contact_name: "", contact_address: "", disposition_id: "", message: "" };

/** A contact that came by no call of this system.
 * @param {{caseId: number, outcomes: ReturnType<typeof import("./lookups.js").useOutcomes>, onLogged: () => void, onClose: () => void}} props */
export function ContactDialog({ caseId, outcomes, onLogged, onClose }) {
  const id = useId();
  const form = useForm(EMPTY, (values, key) => post("/helpline/api/communications", { case_id: caseId, ...bodyOf(values) }, { key }));
  const send = async (/** @type {Event} */ event) => {
    if (!(await form.submit(event))) return;
    onLogged();
    onClose();
  };
  const close = () => closeUnlessDirty(form, onClose);
  const footer = html`<${Button} onClick=${close}>${t("kit.cancel")}<//>
    <${Button} kind="primary" type="submit" form=${id} busy=${form.busy}>${t("cases.save")}<//>`;
  return html`<${Dialog} title=${t("cases.log_contact")} onClose=${close} footer=${footer}>
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <form id=${id} class="form" novalidate onSubmit=${send}>
      <div class="columns"><${SelectField} ...${form.field("contact_type")} label=${t("cases.contact_type")} options=${optionsOf("contact_type", TYPES)} />
        <${SelectField} ...${form.field("direction")} label=${t("cases.direction")} options=${optionsOf("direction", DIRECTIONS)} />
        <${TextField} ...${form.field("contact_name")} label=${t("cases.contact_name")} maxlength=${200} autocomplete="off" />
        <${TextField} ...${form.field("contact_address")} label=${t("cases.contact_address")} maxlength=${254} autocomplete="off" /></div>
      <${Unread} of=${outcomes} /><${SelectField} ...${form.field("disposition_id")} label=${t("cases.outcome")} empty=${t("cases.none_yet")} options=${outcomes.options} />
      <${TextArea} ...${form.field("message")} label=${t("cases.message")} maxlength=${20000} /></form><//>`;
}

/** @param {typeof EMPTY} values */
const bodyOf = ({ disposition_id: outcome, ...rest }) => ({
  ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value.trim() !== "")),
  ...(outcome ? { disposition_id: Number(outcome) } : {}),
});
