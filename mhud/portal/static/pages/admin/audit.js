import { Button, Empty, Filters, Loaded, More, PageHead, SearchField, SelectField, Table, Text, TextField, When, html, useAction, useLoad, useState } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { hasText, t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { setQuery } from "../../app/router.js";

/** @typedef {{id: number, at: string, user_id: number, username: string, credential: string, ip: string | null, action: string,
 *   subject_kind: string, subject_id: string, details: Record<string, any>}} Deed
 * @typedef {{entries: Deed[], next_cursor: string | null}} Found */
const FAMILIES = [
  "call", "agent", "queue", "case", "client", "communication", "callback", "recording", "report", "category", "disposition", "user", "role",
  "password", "login", "key", "webhook", "database",
];

/** @param {{query: Record<string, string>}} props */
export default function Audit({ query }) {
  const { since = "", until = "", user = "", action = "", subject = "" } = query;
  const [older, setOlder] = useState(/** @type {Found | null} */ (null));
  const read = (/** @type {string | null} */ cursor, /** @type {AbortSignal | undefined} */ signal = undefined) =>
    get("/api/v1/audit", { since, until, user, action, subject, cursor, limit: 100 }, { signal });
  const first = useLoad((signal) => {
    setOlder(null);
    return read(null, signal);
  }, [since, until, user, action, subject]);
  const cursor = older ? older.next_cursor : (first.data?.next_cursor ?? null);
  const more = useAction(async () => {
    const next = await read(cursor);
    setOlder({ entries: [...(older?.entries ?? []), ...next.entries], next_cursor: next.next_cursor });
  });
  const again = html`<${Button} icon="refresh" busy=${first.busy} onClick=${first.again}>${t("audit.refresh")}<//>`;
  return html`<${PageHead} title=${t("audit.title")} actions=${again}><p class="quiet">${t("audit.about")}</p><//>
    <${Choice} query=${query} />
    <${Loaded} of=${first} rows=${10}>${(/** @type {Found} */ data) => html`<${Table} caption=${t("audit.title")} columns=${columns()}
        rows=${[...data.entries, ...(older?.entries ?? [])]} empty=${html`<${Empty} icon="search" title=${t("audit.none")}>${t("audit.none_hint")}<//>`} />
      <${More} cursor=${cursor} busy=${more.busy} onMore=${() => void more.run()} />`}<//>`;
}

/** @param {{query: Record<string, string>}} props */
function Choice({ query }) {
  const { since = "", until = "", user = "", action = "", subject = "" } = query;
  const people = useLoad((signal) => (may("view_users") ? get("/helpline/api/users", {}, { signal }) : Promise.resolve({ data: [] })), []);
  const field = (/** @type {string} */ name) => ({ value: query[name] ?? "", onInput: (/** @type {string} */ text) => setQuery({ ...query, [name]: text }) });
  const names = new Set([...(people.data?.data ?? []).map((/** @type {any} */ one) => one.username), "mhud", "command-line", ...(user ? [user] : [])]);
  return html`<${Filters} label=${t("audit.filter")}>
    <${TextField} type="date" label=${t("audit.since")} max=${until || undefined} ...${field("since")} />
    <${TextField} type="date" label=${t("audit.until")} min=${since || undefined} ...${field("until")} />
    <${SelectField} label=${t("audit.who")} empty=${t("audit.anybody")} options=${[...names].sort().map((value) => ({ value, label: value }))} ...${field("user")} />
    <${SelectField} label=${t("audit.what")} empty=${t("audit.anything")} options=${families(action)} ...${field("action")} />
    <${SearchField} label=${t("audit.subject")} placeholder=${t("audit.subject_hint")} ...${field("subject")} />
    ${(since || until || user || action || subject) && html`<${Button} kind="quiet" onClick=${() => setQuery({})}>${t("audit.clear")}<//>`}<//>`;
}

/** With one that stands in the address only. @param {string} chosen */
function families(chosen) {
  const known = FAMILIES.map((family) => ({ value: `${family}.*`, label: t(`audit.family_${family}`) }));
  return chosen && !known.some((one) => one.value === chosen) ? [...known, { value: chosen, label: chosen }] : known;
}

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "at", label: t("audit.at"), render: (one) => html`<${When} at=${one.at} />` },
  { key: "username", label: t("audit.who"), width: "11rem", render: (one) => html`<${Choose} name="user" value=${one.username} />
    <div class="quiet small">${[credential(one.credential), one.ip].filter(Boolean).join(" · ")}</div>` },
  { key: "action", label: t("audit.what"), width: "13rem", render: (one) => html`<${Choose} name="action" value=${one.action} code />` },
  { key: "subject_id", label: t("audit.subject"), width: "14rem", hideNarrow: true, render: (one) => html`<div class="quiet small">${one.subject_kind}</div>
    ${one.subject_id ? html`<${Choose} name="subject" value=${one.subject_id} />` : "–"}` },
  { key: "details", label: t("audit.details"), hideNarrow: true, render: (one) => html`<${Details} of=${one.details} />` },
];

/** A click on what stands in a line shows only such lines. @param {{name: string, value: string, code?: boolean}} props */
function Choose({ name, value, code = false }) {
  const choose = () => setQuery({ ...Object.fromEntries(new URLSearchParams(location.hash.split("?")[1] ?? "")), [name]: value });
  return html`<button type="button" class="link" title=${t("audit.only_these")} onClick=${choose}>${code ? html`<code>${value}</code>` : html`<${Text}>${value}<//>`}</button>`;
}

/** "login:login-2c3d" in words; what mhud did by itself has none. @param {string} text */
function credential(text) {
  const kind = text.split(":")[0];
  return hasText(`audit.by_${kind}`) ? t(`audit.by_${kind}`) : "";
}

/** @param {{of: Record<string, any>}} props */
function Details({ of }) {
  const all = Object.entries(of);
  if (!all.length) return "–";
  return html`<dl class="details">${all.map(([name, value]) => html`<div key=${name}><dt>${name}: </dt><dd>${shown(value)}</dd></div>`)}</dl>`;
}

/** @param {any} value @returns {string} */
function shown(value) {
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
