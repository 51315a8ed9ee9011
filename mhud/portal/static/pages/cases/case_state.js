import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { href } from "../../app/router.js";
import { me } from "../../app/session.js";
import { Button, Facts, Panel, Status, Text, When, html, useAction, useLoad, useState } from "../../kit/index.js";
import { AssignDialog } from "./assign_dialog.js";
import { StatusDialog } from "./status_dialog.js";
import { changeCase } from "./case_api.js";
import { mayAssign, mayEdit, mayTake } from "./case_rights.js";

/** Where it stands, and whose it is. @param {import("./case_actions.js").Props} props */
export function CaseState({ found, categories, people, onChanged }) {
  const one = found.case;
  const [open, setOpen] = useState("");
  const take = useAction(() => changeCase(one.id, { assigned_user_id: me.value?.id }, found.etag).finally(onChanged), { done: t("cases.taken") });
  const dialog = { found, onChanged, onClose: () => setOpen("") };
  return html`<${Panel} title=${t("cases.state")}><div class="stack">
    <${Facts} items=${[
      [t("cases.status"), html`<${Status} kind="case_status" word=${one.status} />`],
      [t("cases.priority"), html`<${Status} kind="priority" word=${one.priority} />`],
      [t("cases.assigned"), html`<${Text}>${one.assigned_user ? one.assigned_user_name : t("cases.nobody")}<//>`],
      [t("cases.category"), html`<${Text}>${categoryOf(one, categories)}<//>`],
      one.client_id && [t("cases.client"), html`<${ClientName} id=${one.client_id} />`],
      [t("cases.created"), html`<${When} at=${one.created_at} />`],
      [t("cases.updated"), html`<${When} at=${one.updated_at} />`],
      one.resolved_at && [t("cases.resolved_at"), html`<${When} at=${one.resolved_at} />`],
    ]} />
    <div class="actions">
      ${mayEdit(one) && html`<${Button} onClick=${() => setOpen("status")}>${t("cases.change_status")}<//>`}
      ${mayAssign() && html`<${Button} icon="person" onClick=${() => setOpen("assign")}>${t("cases.assign")}<//>`}
      ${mayTake(one) && html`<${Button} busy=${take.busy} onClick=${() => take.run()}>${t("cases.take")}<//>`}
    </div></div><//>
    ${open === "status" && html`<${StatusDialog} ...${dialog} />`}
    ${open === "assign" && html`<${AssignDialog} ...${dialog} people=${people} />`}`;
}

/** @param {import("./case_api.js").Case} one @param {import("./lookups.js").Categories} categories */
const categoryOf = (one, categories) =>
  [one.category, one.subcategory].filter(Boolean).map(categories.nameOf).join(" › ") || "–";

/** @param {{id: string}} props */
function ClientName({ id }) {
  const isAllowed = may("view_clients");
  const client = useLoad(async (signal) => (isAllowed ? get(`/api/v1/clients/${id}`, {}, { signal }) : null), [id]);
  if (!isAllowed) return id;
  return html`<a href=${href(`/clients/${id}`)}><${Text}>${client.data?.name ?? id}<//></a>`;
}
