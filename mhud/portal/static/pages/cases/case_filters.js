import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { Button, CheckField, Filters, SearchField, SelectField, TextField, html, useState } from "../../kit/index.js";
import { Unread } from "./lookups.js";
import { PRIORITIES, STATUSES, optionsOf } from "./vocabulary.js";

/**
 * @typedef {object} Props
 * @property {Record<string, string>} query status, priority, category, who (me, none, an id), from, to, deleted
 * @property {(change: Record<string, string>) => void} onNarrow
 * @property {string} text @property {(text: string) => void} onText
 * @property {import("./lookups.js").Categories} categories
 * @property {import("./lookups.js").People} people
 */

const MORE = ["category", "from", "to", "deleted"];

/** @param {Props} props */
export function CaseFilters({ query, onNarrow, text, onText, categories, people }) {
  const [isAsked, setAsked] = useState(false);
  const isOpen = isAsked || MORE.some((name) => query[name]); // what narrows the list is seen
  const isSearch = !!text.trim();
  const of = (/** @type {string} */ name) => ({
    value: query[name] ?? "", disabled: isSearch, onInput: (/** @type {string} */ value) => onNarrow({ [name]: value }),
  });
  return html`<${Filters} label=${t("cases.filters")}>
    <${SearchField} class="cases-search" label=${t("cases.search")} placeholder=${t("cases.search_hint")} value=${text} onInput=${onText} />
    <${SelectField} ...${of("status")} label=${t("cases.status")} empty=${t("cases.any")} options=${optionsOf("case_status", STATUSES)} />
    <${SelectField} ...${of("priority")} label=${t("cases.priority")} empty=${t("cases.any")} options=${optionsOf("priority", PRIORITIES)} />
    <${SelectField} ...${of("who")} label=${t("cases.assigned")} empty=${t("cases.anybody")} options=${whoOptions(people)} />
    <${Button} icon="filter" pressed=${isOpen} onClick=${() => setAsked(!isAsked)}>${t("cases.more_filters")}<//>
  <//>
  <${Unread} of=${people} />
  ${isOpen && html`<${Unread} of=${categories} /><${Filters} label=${t("cases.more_filters")}>
    <${SelectField} ...${of("category")} label=${t("cases.category")} empty=${t("cases.any")} options=${categories.options(null, query.category)} />
    <${TextField} ...${of("from")} type="date" label=${t("cases.from")} />
    <${TextField} ...${of("to")} type="date" label=${t("cases.to")} />
    ${may("delete_case") && html`<${CheckField} label=${t("cases.deleted_ones")} value=${query.deleted === "1"} disabled=${isSearch}
      onInput=${(/** @type {boolean} */ on) => onNarrow({ deleted: on ? "1" : "" })} />`}
  <//>`}`;
}

/** @param {Props["people"]} people */
const whoOptions = (people) => [
  { value: "me", label: t("cases.me") },
  { value: "none", label: t("cases.nobody") },
  ...people.all.map((one) => ({ value: String(one.id), label: one.name || one.username })),
];
