import { t } from "../../app/i18n.js";
import { go } from "../../app/router.js";
import { Empty, Loaded, Pagination, Table, html, useLoad, useState } from "../../kit/index.js";
import { searchCases } from "./case_api.js";
import { hitColumns } from "./columns.js";

/** What the words find. @param {{text: string}} props */
export function CaseHits({ text }) {
  const [at, setAt] = useState({ text, offset: 0 });
  const offset = at.text === text ? at.offset : 0; // other words begin anew
  const hits = useLoad((signal) => searchCases(text, offset, signal), [text, offset]);
  return html`<${Loaded} of=${hits} rows=${8}>${(/** @type {any} */ found) => html`
    <p class="small quiet cases-hint" role="status">${t("cases.found", { n: found.pagination.total })} ${t("cases.search_all")}</p>
    <${Table} caption=${t("cases.hits")} columns=${hitColumns()} rows=${found.data}
      onOpen=${(/** @type {any} */ row) => go(`/cases/${row.id}`)}
      empty=${html`<${Empty} icon="search" title=${t("cases.no_hits")}>${t("cases.no_hits_hint")}<//>`} />
    <${Pagination} ...${found.pagination} onOffset=${(/** @type {number} */ to) => setAt({ text, offset: to })} />`}<//>`;
}
