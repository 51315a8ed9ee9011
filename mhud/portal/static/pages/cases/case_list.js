import { t } from "../../app/i18n.js";
import { onEvent } from "../../app/live.js";
import { go } from "../../app/router.js";
import { me } from "../../app/session.js";
import { Button, Empty, Loaded, Notice, Pagination, Table, html, useAction, useEffect, useLoad, useState } from "../../kit/index.js";
import { post } from "../../app/api.js";
import { ROOT, listCases } from "./case_api.js";
import { columnsOf } from "./columns.js";
import { dayAfter } from "./narrowing.js";

const LIMIT = 20;

/**
 * @param {{query: Record<string, string>, onNarrow: (change: Record<string, any>) => void,
 *   categories: import("./lookups.js").Categories}} props
 */
export function CaseList({ query, onNarrow, categories }) {
  const asked = wanted(query);
  const cases = useLoad((signal) => listCases(asked, signal), [JSON.stringify(asked)]);
  const news = useNews(cases);
  const { total = 0, offset = 0 } = cases.data?.pagination ?? {};
  useEffect(() => {
    if (offset && offset >= total) onNarrow({ offset: Math.max(0, Math.ceil(total / LIMIT) - 1) * LIMIT || "" }); // that page is gone
  }, [offset, total]);
  const restore = useAction((/** @type {any} */ row) => post(`${ROOT}/${row.id}/restore`), { done: t("cases.restored") });
  const isDeleted = query.deleted === "1";
  const bring = async (/** @type {any} */ row) => (await restore.run(row)) && cases.again();
  const columns = columnsOf(categories);
  if (isDeleted) columns.push({
    key: "restore", label: t("cases.restore"),
    render: (row) => html`<${Button} busy=${restore.busy} onClick=${() => bring(row)}>${t("cases.restore")}<//>`,
  });
  const isNarrow = Object.keys(query).some((name) => !["offset", "order"].includes(name) && query[name]);
  return html`${news.count > 0 && html`<${Notice} actions=${html`<${Button} onClick=${news.show}>${t("cases.show_new")}<//>`}>${
    t("cases.new_ones", { n: news.count })}<//>`}
    <${Loaded} of=${cases} rows=${8}>${(/** @type {any} */ found) => html`
    <p class="small quiet cases-hint" role="status">${t("cases.count", { n: found.pagination.total })}</p>
    <${Table} caption=${t(isDeleted ? "cases.deleted_ones" : "nav.cases")} columns=${columns} rows=${found.data}
      sort=${{ key: "created_at", down: query.order !== "oldest" }} onSort=${(/** @type {any} */ { down }) => onNarrow({ order: down ? "" : "oldest" })}
      onOpen=${isDeleted ? undefined : (/** @type {any} */ row) => go(`/cases/${row.id}`)}
      empty=${html`<${Empty} icon="case" title=${t(isNarrow ? "cases.none_such" : "cases.none")}>${t(isNarrow ? "cases.none_such_hint" : "cases.none_hint")}<//>`} />
    <${Pagination} ...${found.pagination} onOffset=${(/** @type {number} */ offset) => onNarrow({ offset: offset || "" })} />`}<//>`;
}

/** The filters as the API has them. @param {Record<string, string>} query */
function wanted({ status, priority, category, who, from, to, deleted, order, offset }) {
  return {
    status, priority, category,
    assigned_user_id: who === "me" ? me.value?.id : who === "none" ? "" : who,
    unassigned: who === "none" || "",
    created_after: from,
    created_before: to && dayAfter(to),
    deleted: deleted === "1" || "",
    order: order === "oldest" ? order : "",
    limit: LIMIT,
    offset,
  };
}

/** Changes of what is listed are shown at once; new cases when one wants, for they move the others.
 * @param {import("../../kit/use_load.js").Load<any>} cases */
function useNews(cases) {
  const [count, setCount] = useState(0);
  const isShown = (/** @type {any} */ event) => cases.data?.data.some((/** @type {any} */ row) => row.id === event.case?.id);
  useEffect(() => onEvent("case.*", (event) => {
    if (event.type === "case.created") setCount((n) => n + 1);
    else if (isShown(event)) cases.again();
  }), [cases.data]);
  const show = () => {
    setCount(0);
    cases.again();
  };
  return { count, show };
}
