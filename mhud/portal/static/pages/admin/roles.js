import { Badge, Button, Loaded, Table, Text, TextField, html, useForm, useState } from "../../kit/index.js";
import { post, put } from "../../app/api.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { FormDialog } from "./form_dialog.js";
import { RightsField, rightWord } from "./rights.js";
import { roleWord } from "./users.js";

/** @typedef {{name: string, rights: string[], permissions: string[], built_in: boolean, users: number}} Role */

/** @param {{of: import("../../kit/use_load.js").Load<{data: Role[]}>}} props */
export function Roles({ of }) {
  const [open, setOpen] = useState(/** @type {Role | "new" | null} */ (null));
  const saved = () => {
    setOpen(null);
    of.again();
  };
  return html`<div class="stack"><div class="row"><p class="quiet">${t("users.roles_about")}</p>
      ${may("manage_roles") && html`<${Button} icon="plus" onClick=${() => setOpen("new")}>${t("users.new_role")}<//>`}</div>
    <${Loaded} of=${of}>${(/** @type {{data: Role[]}} */ found) => html`<${Table} caption=${t("users.roles")} columns=${columns()} rows=${found.data}
      rowKey=${(/** @type {Role} */ role) => role.name} onOpen=${may("manage_roles") ? setOpen : undefined} />`}<//>
    ${open && html`<${RoleForm} of=${open === "new" ? undefined : open} onClose=${() => setOpen(null)} onSaved=${saved} />`}</div>`;
}

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "name", label: t("users.role"), by: (role) => role.name, width: "14rem", render: (role) => html`<${Text}>${roleWord(role.name)}<//>
    ${role.built_in && html`<div><${Badge} plain>${t("users.built_in")}<//></div>`}` },
  { key: "users", label: t("users.people"), align: "end", by: (role) => role.users, render: (role) => formatNumber(role.users) },
  { key: "rights", label: t("users.can"), hideNarrow: true,
    render: (role) => html`<span class="small">${role.rights.map(rightWord).join(" · ") || t("users.nothing")}</span>` },
];

/** @param {{of?: Role, onClose: () => void, onSaved: () => void}} props */
function RoleForm({ of, onClose, onSaved }) {
  const form = useForm({ name: "", rights: of?.rights ?? /** @type {string[]} */ ([]) }, async ({ name, rights }) => {
    await (of ? put(`/helpline/api/roles/${encodeURIComponent(of.name)}`, { rights }) : post("/helpline/api/roles", { name: name.trim(), rights }));
    onSaved();
  }, { check: ({ name }) => (of || /^[a-z][a-z0-9_]{0,39}$/.test(name.trim()) ? {} : /** @type {Record<string, string>} */ ({ name: t("users.role_name_hint") })) });
  return html`<${FormDialog} title=${of ? roleWord(of.name) : t("users.new_role")} size="large" form=${form} onClose=${onClose} action=${t("admin.save")}>
    ${of ? html`<p class="quiet">${t("users.role_holds", { n: of.users })}</p>`
      : html`<${TextField} ...${form.field("name")} label=${t("users.role_name")} hint=${t("users.role_name_hint")} required maxlength="40" />`}
    <${RightsField} own value=${form.values.rights} error=${form.errors.rights} onInput=${(/** @type {string[]} */ rights) => form.set("rights", rights)} /><//>`;
}
