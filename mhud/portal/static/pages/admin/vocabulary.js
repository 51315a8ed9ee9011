import { Badge, Button, Empty, Loaded, PageHead, Table, Tabs, Text, html, useLoad, useState } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { setQuery } from "../../app/router.js";
import { CategoryForm, DispositionForm } from "./vocabulary_forms.js";

/** @typedef {{code: string, name: string, parent: string | null, is_active: boolean}} Category
 * @typedef {{id: number, code: string, name: string, category: string, is_active: boolean}} Disposition */

/** @param {{query: Record<string, string>}} props */
export default function Vocabulary({ query }) {
  const all = { include_inactive: true };
  const categories = useLoad((signal) => get("/helpline/api/categories", all, { signal }), []);
  const dispositions = useLoad((signal) => get("/helpline/api/dispositions", all, { signal }), []);
  const tabs = [
    { id: "categories", label: t("vocabulary.categories"), panel: () => html`<${Categories} of=${categories} />` },
    { id: "dispositions", label: t("vocabulary.dispositions"), panel: () => html`<${Dispositions} of=${dispositions} />` },
  ];
  return html`<${PageHead} title=${t("vocabulary.title")}><p class="quiet">${t("vocabulary.about")}</p><//>
    <${Tabs} label=${t("vocabulary.title")} tabs=${tabs} selected=${query.tab ?? "categories"} onSelect=${(/** @type {string} */ tab) => setQuery({ tab })} />`;
}

/** @param {{of: import("../../kit/use_load.js").Load<{data: Category[]}>}} props */
function Categories({ of }) {
  const [open, setOpen] = useState(/** @type {Category | "new" | null} */ (null));
  const list = of.data?.data ?? [];
  const nameOf = (/** @type {string | null} */ code) => list.find((one) => one.code === code)?.name ?? code;
  const columns = [
    { key: "name", label: t("vocabulary.name"), by: (/** @type {Category} */ one) => one.name, render: (/** @type {Category} */ one) => html`<${Text}>${one.name}<//>` },
    { key: "parent", label: t("vocabulary.part_of"), by: (/** @type {Category} */ one) => nameOf(one.parent),
      render: (/** @type {Category} */ one) => (one.parent ? html`<${Text}>${nameOf(one.parent)}<//>` : "–") },
    ...common(),
  ];
  return html`<${List} of=${of} caption=${t("vocabulary.categories")} columns=${columns} rowKey=${(/** @type {Category} */ one) => one.code}
      add=${t("vocabulary.new_category")} onOpen=${setOpen} />
    ${open && html`<${CategoryForm} of=${open === "new" ? undefined : open} all=${list} onClose=${() => setOpen(null)} onSaved=${() => { setOpen(null); of.again(); }} />`}`;
}

/** @param {{of: import("../../kit/use_load.js").Load<{data: Disposition[]}>}} props */
function Dispositions({ of }) {
  const [open, setOpen] = useState(/** @type {Disposition | "new" | null} */ (null));
  const columns = [
    { key: "name", label: t("vocabulary.name"), by: (/** @type {Disposition} */ one) => one.name, render: (/** @type {Disposition} */ one) => html`<${Text}>${one.name}<//>` },
    { key: "category", label: t("vocabulary.counted_as"), by: (/** @type {Disposition} */ one) => one.category, render: (/** @type {Disposition} */ one) => html`<code>${one.category}</code>` },
    ...common(),
  ];
  return html`<${List} of=${of} caption=${t("vocabulary.dispositions")} columns=${columns} rowKey=${(/** @type {Disposition} */ one) => one.id}
      add=${t("vocabulary.new_disposition")} onOpen=${setOpen} />
    ${open && html`<${DispositionForm} of=${open === "new" ? undefined : open} onClose=${() => setOpen(null)} onSaved=${() => { setOpen(null); of.again(); }} />`}`;
}

/** @returns {import("../../kit/table.js").Column[]} */
const common = () => [
  { key: "code", label: t("vocabulary.code"), by: (one) => one.code, render: (one) => html`<code>${one.code}</code>`, hideNarrow: true },
  { key: "is_active", label: t("vocabulary.state"), by: (one) => Number(one.is_active),
    render: (one) => (one.is_active ? html`<${Badge} tone="good">${t("admin.active")}<//>` : html`<${Badge}>${t("admin.inactive")}<//>`) },
];

/** @param {{of: import("../../kit/use_load.js").Load<{data: any[]}>, caption: string, columns: import("../../kit/table.js").Column[],
 *   rowKey: (row: any) => string | number, add: string, onOpen: (row: any) => void}} props */
function List({ of, caption, columns, rowKey, add, onOpen }) {
  const button = html`<${Button} icon="plus" onClick=${() => onOpen("new")}>${add}<//>`;
  return html`<div class="stack"><div class="form-foot">${button}</div>
    <${Loaded} of=${of} rows=${6}>${(/** @type {{data: any[]}} */ found) => html`<${Table} caption=${caption} columns=${columns} rows=${found.data} rowKey=${rowKey}
      onOpen=${onOpen} empty=${html`<${Empty} icon="tag" title=${t("vocabulary.none")} />`} />`}<//></div>`;
}
