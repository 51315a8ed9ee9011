import { formatDuration } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { Badge, Button, Empty, Loaded, Panel, Text, When, html, useState, wordOf } from "../../kit/index.js";
import { ContactDialog } from "./contact_dialog.js";
import { useOutcomes } from "./lookups.js";
import { Player } from "./player.js";

/** Who was in contact about the case, with what was recorded.
 * @param {{of: import("./case_api.js").Case, contacts: import("../../kit/use_load.js").Load<any[]>, onLogged: () => void}} props */
export function Contacts({ of: one, contacts, onLogged }) {
  const [isOpen, setOpen] = useState(false);
  const outcomes = useOutcomes();
  const add = may("log_communication") && html`<${Button} icon="plus" onClick=${() => setOpen(true)}>${t("cases.log_contact")}<//>`;
  return html`<${Panel} title=${t("cases.contacts")} actions=${add}>
    <${Loaded} of=${contacts} rows=${2} empty=${html`<${Empty} icon="call" title=${t("cases.no_contacts")} />`}>${(/** @type {any[]} */ all) => html`
      <ul class="cases-list">${all.map((contact) => html`<${Contact} key=${contact.id} of=${contact} outcome=${outcomes.nameOf(contact.disposition_id)} />`)}</ul>`}<//><//>
    ${isOpen && html`<${ContactDialog} caseId=${one.id} outcomes=${outcomes} onLogged=${onLogged} onClose=${() => setOpen(false)} />`}`;
}

/** @param {{of: any, outcome: string | null}} props */
function Contact({ of: contact, outcome }) {
  const whom = contact.contact_name ?? contact.contact_address;
  return html`<li class="stack-tight">
    <p class="row"><strong>${wordOf("contact_type", contact.contact_type)}</strong><span>${wordOf("direction", contact.direction)}</span>
      ${contact.state === "pending" && html`<${Badge} tone="warn">${t("cases.pending")}<//>`}
      ${contact.call_status && contact.call_status !== "answered" && html`<${Badge} tone="warn">${wordOf("call_status", contact.call_status)}<//>`}</p>
    <p class="small quiet"><${When} at=${contact.created_at} />${contact.user_name && html` · <${Text}>${contact.user_display_name ?? contact.user_name}<//>`}${
      contact.duration !== null && ` · ${formatDuration(contact.duration)}`}${whom && html` · <${Text}>${whom}<//>`}</p>
    ${outcome && html`<p class="small">${t("cases.outcome")}: <${Text}>${outcome}<//></p>`}
    ${[contact.message, contact.disposition_notes].filter(Boolean).map((text) => html`<${Text} lines key=${text}>${text}<//>`)}
    ${contact.audio_file_path && html`<${Player} path=${contact.audio_file_path} label=${t("cases.play_recording")} />`}</li>`;
}
