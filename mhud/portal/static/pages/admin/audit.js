/** Who did what, in words; a click on an entry shows all of it. */
import { Button, Empty, Filters, Loaded, More, PageHead, SearchField, SelectField, Table, Text, TextField, html, usePages, useState } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { formatDate, formatExact, formatSecond } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { setQuery } from "../../app/router.js";
import { Details, Entry, Subject, Who } from "./audit_entry.js";
import { useNames } from "./audit_names.js";
import { credentialWord, deedWord, kindWord } from "./audit_words.js";

/** @typedef {{id: number, at: string, user_id: number, username: string, credential: string, ip: string | null, action: string,
 *   subject_kind: string, subject_id: string, details: Record<string, any>}} Deed
 * @typedef {import("./audit_names.js").Names} Names */
const FAMILIES = [
  "call", "agent", "queue", "case", "client", "communication", "attachment", "callback", "recording", "report", "category", "disposition",
  "user", "role", "password", "login", "phone", "key", "signing-key", "webhook", "health", "retention", "database",
];
const FIELDS = ["since", "until", "user", "action", "subject"];

/** @param {{query: Record<string, string>}} props */
export default function Audit({ query }) {
  const names = useNames();
  const [open, setOpen] = useState(/** @type {Deed | null} */ (null));
  const sought = Object.fromEntries(FIELDS.map((name) => [name, query[name] ?? ""]));
  const deeds = usePages(async (cursor, signal) => {
    const found = await get("/api/v1/audit", { ...sought, cursor, limit: 100 }, { signal });
    return { items: /** @type {Deed[]} */ (found.entries), cursor: found.next_cursor };
  }, Object.values(sought));
  const onlyThese = (/** @type {Record<string, string>} */ some) => {
    setOpen(null);
    setQuery({ ...query, ...some });
  };
  const again = html`<${Button} icon="refresh" busy=${deeds.of.busy} onClick=${deeds.again}>${t("audit.refresh")}<//>`;
  return html`<${PageHead} title=${t("audit.title")} actions=${again}><p class="quiet">${t("audit.about")}</p><//>
    <${Choice} query=${query} sought=${sought} names=${names} />
    <${Loaded} of=${deeds.of} rows=${10}>${() => html`<${Table} caption=${t("audit.title")} columns=${columns(names)} rows=${deeds.items} onOpen=${setOpen}
        empty=${html`<${Empty} icon="search" title=${t("audit.none")}>${t("audit.none_hint")}<//>`} />
      <${More} ...${deeds.more} />`}<//>
    ${open && html`<${Entry} of=${open} names=${names} onlyThese=${onlyThese} onClose=${() => setOpen(null)} />`}`;
}

/** @param {{query: Record<string, string>, sought: Record<string, string>, names: Names}} props */
function Choice({ query, sought, names }) {
  const field = (/** @type {string} */ name) => ({ value: sought[name], onInput: (/** @type {string} */ text) => setQuery({ ...query, [name]: text }) });
  return html`<${Filters} label=${t("audit.filter")}>
    <${TextField} type="date" label=${t("audit.since")} max=${sought.until || undefined} ...${field("since")} />
    <${TextField} type="date" label=${t("audit.until")} min=${sought.since || undefined} ...${field("until")} />
    <${SelectField} label=${t("audit.who")} empty=${t("audit.anybody")} options=${whoOptions(names, sought.user)} ...${field("user")} />
    <${SelectField} label=${t("audit.what")} empty=${t("audit.anything")} options=${whatOptions(sought.action)} ...${field("action")} />
    <${SearchField} label=${t("audit.subject")} placeholder=${t("audit.subject_hint")} ...${field("subject")} />
    ${FIELDS.some((name) => sought[name]) && html`<${Button} kind="quiet" onClick=${() => setQuery({})}>${t("audit.clear")}<//>`}<//>`;
}

/** People, and what acts without one; with who stands in the address only. @param {Names} names @param {string} chosen */
function whoOptions({ people }, chosen) {
  const known = people.map((one) => ({ value: one.username, label: one.name === one.username ? one.name : `${one.name} (${one.username})` }));
  const others = ["mhud", "command-line", chosen].filter((name) => name && !known.some((one) => one.value === name));
  return [...known, ...[...new Set(others)].map((value) => ({ value, label: value }))].sort((one, other) => one.label.localeCompare(other.label));
}

/** Families, and one deed that stands in the address. @param {string} chosen */
function whatOptions(chosen) {
  const known = FAMILIES.map((family) => ({ value: `${family}.*`, label: t(`audit.family_${family.replace("-", "_")}`) }));
  return chosen && !known.some((one) => one.value === chosen) ? [...known, { value: chosen, label: deedWord(chosen) }] : known;
}

/** @param {Names} names @returns {import("../../kit/table.js").Column[]} */
const columns = (names) => [
  { key: "at", label: t("audit.at"), width: "7rem", render: (one) => html`<time datetime=${one.at} title=${formatExact(one.at)}>${formatSecond(one.at)}
    <div class="quiet small">${formatDate(one.at)}</div></time>` },
  { key: "username", label: t("audit.who"), width: "9rem", render: (one) => html`<div class="in-short"><${Who} of=${one} names=${names} /></div>
    <div class="quiet small in-short"><${Text}>${[one.username, credentialWord(one.credential), one.ip].filter(Boolean).join(" · ")}<//></div>` },
  { key: "action", label: t("audit.what"), render: (one) => html`${deedWord(one.action)}<div><code class="quiet">${one.action}</code></div>` },
  { key: "subject_id", label: t("audit.subject"), width: "14rem", hideNarrow: true, render: (one) => html`<div class="in-short"><${Subject} of=${one} names=${names} /></div>
    <div class="quiet small">${kindWord(one.subject_kind)}</div>` },
  { key: "details", label: t("audit.details"), hideNarrow: true, render: (one) => html`<${Details} of=${one} />` },
];
