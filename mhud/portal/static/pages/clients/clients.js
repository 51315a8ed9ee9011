/** Who was helped: found by name, number or address as one types. */
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { go } from "../../app/router.js";
import { Button, Empty, Filters, Loaded, More, PageHead, SearchField, Table, Text, When, html, signal, usePages, useState } from "../../kit/index.js";
import { searchClients } from "./client_api.js";
import { NewClient } from "./new_client.js";

/** Kept while one looks at a client and comes back; never in an address, for it is a name or a number. */
const searched = signal("");

export default function Clients() {
  const [isOpen, setOpen] = useState(false);
  const text = searched.value.trim();
  const add = may("manage_clients") && html`<${Button} kind="primary" icon="plus" onClick=${() => setOpen(true)}>${t("clients.new")}<//>`;
  return html`<${PageHead} title=${t("nav.clients")} actions=${add} />
    <${Filters} label=${t("clients.search")}><${SearchField} class="cases-search" label=${t("clients.search")} hint=${t("clients.search_hint")}
      value=${searched.value} onInput=${(/** @type {string} */ typed) => (searched.value = typed)} /><//>
    ${text ? html`<${Hits} text=${text} />` : html`<${Empty} icon="people" title=${t("clients.ask")}>${t("clients.ask_hint")}<//>`}
    ${isOpen && html`<${NewClient} onClose=${() => setOpen(false)} />`}`;
}

/** @param {{text: string}} props */
function Hits({ text }) {
  const found = usePages((cursor, abort) => searchClients(text, cursor, abort), [text]);
  return html`<${Loaded} of=${found.of} rows=${6}>${() => html`
    <p class="small quiet cases-hint" role="status">${t("clients.found", { n: found.total ?? 0 })}</p>
    <${Table} caption=${t("clients.hits")} columns=${columns()} rows=${found.items} onOpen=${(/** @type {any} */ row) => go(`/clients/${row.id}`)}
      empty=${html`<${Empty} icon="search" title=${t("clients.no_hits")}>${t("clients.no_hits_hint")}<//>`} />
    <${More} ...${found.more} />`}<//>`;
}

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "name", label: t("clients.name"), render: (row) => html`<${Text}>${row.name}<//>` },
  { key: "phone", label: t("clients.phone"), render: (row) => (row.phone ? html`<${Text} class="clients-phone">${row.phone}<//>` : "–") },
  { key: "email", label: t("clients.email"), hideNarrow: true, render: (row) => (row.email ? html`<${Text}>${row.email}<//>` : "–") },
  { key: "last_contact", label: t("clients.last_contact"), hideNarrow: true, render: (row) => html`<${When} at=${row.last_contact} />` },
];
