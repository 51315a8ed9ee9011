import { t } from "../../app/i18n.js";
import { go } from "../../app/router.js";
import { Empty, Loaded, Pagination, Panel, Table, html, useLoad, useState } from "../../kit/index.js";
import { listCases } from "../cases/case_api.js";
import { columnsOf } from "../cases/columns.js";
import { useCategories } from "../cases/lookups.js";

/** Those that one may see. @param {{id: string}} props */
export function ClientCases({ id }) {
  const [offset, setOffset] = useState(0);
  const cases = useLoad((signal) => listCases({ client_id: id, limit: 20, offset }, signal), [id, offset]);
  const columns = columnsOf(useCategories()).filter((one) => one.key !== "category");
  return html`<${Panel} title=${t("nav.cases")} flush><${Loaded} of=${cases}>${(/** @type {any} */ found) => html`
    <${Table} caption=${t("nav.cases")} columns=${columns} rows=${found.data} onOpen=${(/** @type {any} */ row) => go(`/cases/${row.id}`)}
      empty=${html`<${Empty} icon="case" title=${t("clients.no_cases")} />`} />
    <${Pagination} ...${found.pagination} onOffset=${setOffset} />`}<//><//>`;
}
