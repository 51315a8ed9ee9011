import {
  Badge, Button, ButtonLink, Empty, Filters, Loaded, PageHead, SearchField, SelectField, Table, Tabs, Text, When, html, useLoad,
} from "../../kit/index.js";
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { go, href, setQuery } from "../../app/router.js";
import { Roles } from "./roles.js";

/** @typedef {{id: number, username: string, name: string, email: string | null, role: string, is_active: boolean,
 *   last_login: string | null, agent_id: string | null}} Person a line of the list */

/** @param {{query: Record<string, string>}} props */
export default function Users({ query }) {
  const roles = useLoad((signal) => get("/helpline/api/roles", {}, { signal }), []);
  const actions = may("manage_users") && html`<${ButtonLink} kind="primary" icon="plus" href=${href("/users/new")}>${t("users.new")}<//>`;
  const tabs = [
    { id: "people", label: t("users.people"), panel: () => html`<${People} query=${query} roles=${roles.data?.data ?? []} />` },
    { id: "roles", label: t("users.roles"), panel: () => html`<${Roles} of=${roles} />` },
  ];
  return html`<${PageHead} title=${t("users.title")} actions=${actions} />
    <${Tabs} label=${t("users.title")} tabs=${tabs} selected=${query.tab ?? "people"} onSelect=${(/** @type {string} */ tab) => setQuery({ tab })} />`;
}

/** @param {{query: Record<string, string>, roles: {name: string}[]}} props */
function People({ query, roles }) {
  const { q = "", role = "", active = "" } = query;
  const people = useLoad((signal) => get("/helpline/api/users", { role, is_active: active }, { signal }), [role, active]);
  const set = (/** @type {Record<string, string>} */ more) => setQuery({ ...query, ...more });
  return html`<${Filters} label=${t("users.filter")}>
      <${SearchField} label=${t("users.search")} value=${q} onInput=${(/** @type {string} */ text) => set({ q: text })} />
      <${SelectField} label=${t("users.role")} value=${role} onInput=${(/** @type {string} */ one) => set({ role: one })} empty=${t("users.any_role")}
        options=${roles.map((one) => ({ value: one.name, label: roleWord(one.name) }))} />
      <${SelectField} label=${t("users.state")} value=${active} onInput=${(/** @type {string} */ one) => set({ active: one })} empty=${t("users.any_state")}
        options=${[{ value: "true", label: t("users.may_sign_in") }, { value: "false", label: t("users.disabled") }]} /><//>
    <${Loaded} of=${people} rows=${8}>${(/** @type {{data: Person[]}} */ found) => html`<${Table} caption=${t("users.people")} columns=${columns()} virtual
      rows=${matching(found.data, q)} onOpen=${(/** @type {Person} */ one) => go(`/users/${one.id}`)}
      empty=${html`<${Empty} icon="people" title=${t("users.none")}>${(q || role || active) && html`<${Button} onClick=${() => setQuery({})}>${t("users.all")}<//>`}<//>`} />`}<//>`;
}

/** @param {Person[]} people @param {string} q */
function matching(people, q) {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (/** @type {Person} */ one) => `${one.username} ${one.name} ${one.email ?? ""} ${one.agent_id ?? ""}`.toLowerCase();
  return people.filter((one) => words.every((word) => text(one).includes(word)));
}

/** A built-in role in the person's language; another one as it is called. @param {string} role */
export const roleWord = (role) => (["operator", "case_manager", "supervisor", "admin"].includes(role) ? t(`users.role_${role}`) : role);

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "name", label: t("users.name"), by: (one) => one.name, render: (one) => html`<div class="in-short"><${Text}>${one.name}<//></div>` },
  { key: "username", label: t("users.username"), by: (one) => one.username, render: (one) => html`<${Text}>${one.username}<//>`, hideNarrow: true },
  { key: "role", label: t("users.role"), by: (one) => one.role, render: (one) => html`<${Text}>${roleWord(one.role)}<//>` },
  { key: "agent_id", label: t("users.agent"), by: (one) => one.agent_id, render: (one) => html`<${Text}>${one.agent_id ?? "–"}<//>`, hideNarrow: true },
  { key: "is_active", label: t("users.state"), by: (one) => Number(one.is_active), hideNarrow: true,
    render: (one) => (one.is_active ? html`<${Badge} tone="good">${t("users.may_sign_in")}<//>` : html`<${Badge}>${t("users.disabled")}<//>`) },
  { key: "last_login", label: t("users.last_login"), by: (one) => one.last_login, hideNarrow: true,
    render: (one) => (one.last_login ? html`<${When} at=${one.last_login} ago />` : html`<span class="quiet">${t("users.never")}</span>`) },
];
