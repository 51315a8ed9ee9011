/** A case beside the call: read, and the call put on it. */
import { Button, ButtonLink, Dialog, Facts, Loaded, Status, Text, When, html, signal, useLoad, wordOf } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { href } from "../../app/router.js";

/** @type {import("../../vendor/kit.js").Signal<{id: number, form: import("./call_form.js").CallForm | null} | null>} */
export const isCaseShown = signal(null);

export function CasePeek() {
  const shown = isCaseShown.value;
  return shown && html`<${Peek} key=${shown.id} ...${shown} />`;
}

/** @param {{id: number, form: import("./call_form.js").CallForm | null}} props */
function Peek({ id, form }) {
  const found = useLoad(async (signal) => {
    const [one, contacts] = await Promise.all([
      get(`/helpline/api/cases/${id}`, {}, { signal }), get(`/helpline/api/cases/${id}/communications`, {}, { signal }),
    ]);
    return { one: one.data, contacts: contacts.data };
  }, [id]);
  const close = () => (isCaseShown.value = null);
  const put = () => {
    const one = found.data?.one;
    if (one) form?.set({ about: "known", case_id: String(one.id), case_number: one.case_number });
    close();
  };
  return html`<${Dialog} title=${found.data?.one.case_number ?? t("panel.case")} size="large" onClose=${close} footer=${html`
      <${ButtonLink} href=${href(`/cases/${id}`)} icon="case" onClick=${close}>${t("panel.open_whole_case")}<//>
      ${form && html`<${Button} kind="primary" icon="check" disabled=${!found.data} onClick=${put}>${t("panel.put_call_on_case")}<//>`}`}>
    <${Loaded} of=${found} rows=${6}>${(/** @type {{one: any, contacts: any[]}} */ { one, contacts }) => html`<div class="stack">
      <h3 dir="auto" class="peek-title">${one.title}</h3>
      <p class="row"><${Status} kind="case_status" word=${one.status} /><${Status} kind="priority" word=${one.priority} /></p>
      <${Facts} items=${[
        [t("panel.child_name"), one.child_name && html`<${Text}>${one.child_name}<//>`], [t("panel.child_age"), one.child_age],
        [t("panel.reporter_name"), one.reporter_name && html`<${Text}>${one.reporter_name}<//>`],
        [t("panel.assigned_to"), one.assigned_user && html`<${Text}>${one.assigned_user.username}<//>`],
        [t("panel.opened"), html`<${When} at=${one.created_at} />`], [t("panel.changed"), html`<${When} at=${one.updated_at} />`],
      ]} />
      ${one.description && html`<${Text} lines>${one.description}<//>`}
      <h3>${t("panel.contacts_on_case")}</h3>
      <${Contacts} contacts=${contacts} /></div>`}<//><//>`;
}

/** @param {{contacts: any[]}} props */
function Contacts({ contacts }) {
  if (!contacts.length) return html`<p class="quiet">${t("panel.no_contact_yet")}</p>`;
  return html`<ul class="stack">${contacts.slice(0, 20).map((one) => html`<li key=${one.id} class="contact">
    <p class="small quiet"><${When} at=${one.created_at} /> · ${wordOf("contact_type", one.contact_type)} · <bdi>${one.user_name ?? "–"}</bdi></p>
    ${one.message && html`<${Text} lines>${one.message}<//>`}</li>`)}</ul>`;
}
