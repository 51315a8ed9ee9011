import { del } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { go } from "../../app/router.js";
import { Button, confirm, html, useAction, useState } from "../../kit/index.js";
import { EditDialog } from "./edit_dialog.js";
import { EscalateDialog } from "./escalate_dialog.js";
import { ROOT } from "./case_api.js";
import { mayEdit } from "./case_rights.js";

/**
 * @typedef {{found: import("./case_api.js").Found, categories: import("./lookups.js").Categories,
 *   people: import("./lookups.js").People, onChanged: () => void}} Props
 */

/** What may be done with all of it. @param {Props} props */
export function CaseActions({ found, categories, people, onChanged }) {
  const one = found.case;
  const [open, setOpen] = useState("");
  const remove = useAction(() => del(`${ROOT}/${one.id}`, { ifMatch: found.etag }), { done: t("cases.deleted") });
  const ask = async () => {
    const isSure = await confirm({ title: t("cases.delete_title"), text: t("cases.delete_text"), action: t("cases.delete"), danger: true });
    if (isSure && (await remove.run())) go("/cases");
    else if (isSure) onChanged();
  };
  const dialog = { found, categories, people, onChanged, onClose: () => setOpen("") };
  return html`${may("escalate_case") && html`<${Button} icon="alert" onClick=${() => setOpen("escalate")}>${t("cases.escalate")}<//>`}
    ${may("delete_case") && html`<${Button} kind="danger" icon="trash" busy=${remove.busy} onClick=${ask}>${t("cases.delete")}<//>`}
    ${mayEdit(one) && html`<${Button} kind="primary" icon="edit" onClick=${() => setOpen("edit")}>${t("cases.edit")}<//>`}
    ${open === "edit" && html`<${EditDialog} ...${dialog} />`}
    ${open === "escalate" && html`<${EscalateDialog} ...${dialog} />`}`;
}
