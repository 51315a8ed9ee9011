/**
 * Who it may be. Nothing is linked or opened by itself: a family shares its phone, and the one on it
 * may be the one who harms. Each is opened, and then chosen, by a click.
 */
import { Button, Loaded, Panel, Status, Text, When, html, useLoad, useState } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { isCaseShown } from "./case_peek.js";
import { partyOf } from "./desk.js";

/** @param {{form: import("./call_form.js").CallForm}} props */
export function Candidates({ form }) {
  const found = useLoad((signal) => get("/api/v1/clients/lookup", { call_id: form.callId }, { signal }), [form.callId]);
  if (!may("view_clients")) return null;
  return html`<${Panel} title=${t("panel.who_it_may_be")}>
    <${Loaded} of=${found} rows=${2}>${(/** @type {any} */ data) => html`<div class="stack">
      <p class="quiet small">${whatIsKnown(form, data.earlier_contacts)}</p>
      ${data.candidates.map((/** @type {any} */ one) => html`<${Candidate} key=${one.client.id} one=${one} form=${form} />`)}
      ${data.other_cases.length > 0 && html`<${OtherCases} cases=${data.other_cases} form=${form} />`}</div>`}<//><//>`;
}

/** @param {import("./call_form.js").CallForm} form @param {number} n earlier contacts */
function whatIsKnown(form, n) {
  if (n) return t("panel.earlier_contacts", { n });
  return t(partyOf(form.facts.value) ? "panel.no_contact_before" : "panel.nobody_to_look_for");
}

/** @param {{one: any, form: import("./call_form.js").CallForm}} props */
function Candidate({ one, form }) {
  const [isOpen, setOpen] = useState(false);
  const { client, open_cases } = one;
  const isChosen = form.values.value.person === "known" && form.values.value.client_id === client.id;
  const choose = () => form.set(isChosen ? { person: "none", client_id: "", client_name: "" } : { person: "known", client_id: client.id, client_name: client.name });
  return html`<div class="candidate ${isChosen ? "candidate-chosen" : ""}">
    <button type="button" class="candidate-head" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
      <${Text} class="candidate-name">${client.name}<//>
      <span class="quiet small">${t("panel.contacts", { n: one.earlier_contacts })} · ${t("panel.open_cases", { n: open_cases.length })}</span></button>
    ${isOpen && html`<div class="stack candidate-body">
      <p class="small quiet">${t("panel.last_contact")} <${When} at=${client.last_contact} ago /></p>
      <${CaseLines} cases=${open_cases} form=${form} />
      <${Button} icon=${isChosen ? "check" : "person"} pressed=${isChosen} onClick=${choose}>${t(isChosen ? "panel.is_chosen" : "panel.it_is_him")}<//></div>`}</div>`;
}

/** @param {{cases: any[], form: import("./call_form.js").CallForm}} props */
function OtherCases({ cases, form }) {
  const [isOpen, setOpen] = useState(false);
  return html`<div class="candidate"><button type="button" class="candidate-head" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
      <span class="candidate-name">${t("panel.reported_from_here")}</span><span class="quiet small">${t("panel.open_cases", { n: cases.length })}</span></button>
    ${isOpen && html`<div class="candidate-body"><${CaseLines} cases=${cases} form=${form} /></div>`}</div>`;
}

/** @param {{cases: any[], form: import("./call_form.js").CallForm}} props */
function CaseLines({ cases, form }) {
  if (!cases.length) return html`<p class="quiet small">${t("panel.no_open_case")}</p>`;
  return html`<ul class="stack">${cases.map((one) => html`<li key=${one.id} class="case-line">
    <button type="button" class="link" onClick=${() => (isCaseShown.value = { id: one.id, form })}><bdi>${one.case_number}</bdi></button>
    <${Status} kind="priority" word=${one.priority} plain />
    <${Text} class="case-line-title">${one.title}<//></li>`)}</ul>`;
}
