/** One client: who that is, what cases and contacts there were. */
import { ApiError } from "../../app/errors.js";
import { formatDate } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { may, mayAny } from "../../app/rights.js";
import { href } from "../../app/router.js";
import { Button, ButtonLink, Empty, Facts, Loaded, Menu, Notice, PageHead, Panel, Text, When, html, useLoad, useState, wordOf } from "../../kit/index.js";
import { READERS } from "../cases/case_rights.js";
import { ClientCases } from "./client_cases.js";
import { EditClient } from "./edit_client.js";
import { EraseClient } from "./erase_client.js";
import { MergeClient } from "./merge_client.js";
import { Sessions } from "./sessions.js";
import { readClient } from "./client_api.js";

/** @param {{params: {id: string}}} props */
export default function ClientPage({ params: { id } }) {
  const found = useLoad((signal) => readClient(id, signal), [id]);
  const isUnknown = found.data === undefined && found.error instanceof ApiError && found.error.status === 404;
  const back = { href: href("/clients"), label: t("nav.clients") };
  if (isUnknown)
    return html`<${PageHead} title=${t("clients.client")} back=${back} /><${Empty} icon="person" title=${t("clients.unknown")}>${t("clients.unknown_hint")}<//>`;
  return html`${found.data === undefined && html`<${PageHead} title=${t("clients.client")} back=${back} />`}
    <${Loaded} of=${found} rows=${8}>${(/** @type {any} */ data) => html`<${Whole} from=${data} back=${back} again=${found.again} />`}<//>`;
}

/** @param {{from: {item: import("./client_api.js").Client, etag: string | null}, back: any, again: () => void}} props */
function Whole({ from, back, again }) {
  const one = from.item;
  const [open, setOpen] = useState("");
  const dialog = { from, onChanged: again, onClose: () => setOpen("") };
  return html`<${PageHead} title=${one.name} back=${back} actions=${!one.merged_into && html`<${Actions} of=${one} onOpen=${setOpen} />`} />
    ${one.merged_into && html`<${Notice} tone="warn" actions=${html`<${ButtonLink} href=${href(`/clients/${one.merged_into}`)}>${t("clients.show_other")}<//>`}>${t("clients.is_merged")}<//>`}
    <div class="columns-main"><div class="stack">
      ${!one.merged_into && mayAny(READERS) && html`<${ClientCases} id=${one.id} />`}${!one.merged_into && html`<${Sessions} id=${one.id} />`}</div>
      <${Panel} title=${t("clients.about")}><div class="stack"><${Facts} items=${factsOf(one)} />
        ${one.notes && html`<${Text} lines>${one.notes}<//>`}</div><//></div>
    ${open === "edit" && html`<${EditClient} ...${dialog} />`}
    ${open === "merge" && html`<${MergeClient} ...${dialog} />`}
    ${open === "erase" && html`<${EraseClient} ...${dialog} />`}`;
}

/** @param {{of: import("./client_api.js").Client, onOpen: (what: string) => void}} props */
function Actions({ of: one, onOpen }) {
  const isKeeper = may("manage_clients");
  return html`${may("create_case") && html`<${ButtonLink} icon="case" href=${href("/cases/new", { client_id: one.id })}>${t("cases.new")}<//>`}
    ${isKeeper && html`<${Button} kind="primary" icon="edit" onClick=${() => onOpen("edit")}>${t("cases.edit")}<//>
      <${Menu} label=${t("clients.more")} items=${[
        { label: t("clients.merge"), icon: "people", onClick: () => onOpen("merge") },
        may("delete_case") && { label: t("clients.erase"), icon: "trash", danger: true, onClick: () => onOpen("erase") },
      ]} />`}`;
}

/** @param {string | null} value */
const said = (value) => (value ? html`<${Text}>${value}<//>` : null);

/** @param {import("./client_api.js").Client} one @returns {[string, any][]} */
const factsOf = (one) => [
  [t("clients.phones"), one.phones.length ? one.phones.map((/** @type {string} */ phone) => html`<div key=${phone}><${Text}>${phone}<//></div>`) : null],
  [t("clients.email"), said(one.email)],
  [t("clients.date_of_birth"), one.date_of_birth && formatDate(one.date_of_birth)],
  [t("clients.gender"), wordOf("gender", one.gender)],
  [t("clients.location"), said(one.location)],
  [t("clients.language"), said(one.language)],
  [t("clients.tags"), one.tags.length ? html`<span class="row">${one.tags.map((/** @type {string} */ tag) => html`<span key=${tag} class="badge badge-neutral"><${Text}>${tag}<//></span>`)}</span>` : null],
  [t("clients.last_contact"), html`<${When} at=${one.last_contact} />`],
  [t("clients.known_since"), html`<${When} at=${one.created_at} />`],
];
