/** Cases that are given to me, or that I opened and nobody has; not those that are over. */
import { Empty, Loaded, Status, Table, Text, When, html, useLoad } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { href } from "../../app/router.js";
import { me } from "../../app/session.js";
import { turn } from "./desk.js";

const MOST = 100;
const OVER = new Set(["resolved", "closed"]);

export function MyCases() {
  const mine = useLoad(async (signal) => {
    const [id, limit] = [me.peek()?.id, MOST];
    const found = await Promise.all([{ assigned_user_id: id, limit }, { created_by: id, unassigned: true, limit }]
      .map(async (query) => (await get("/helpline/api/cases", query, { signal })).data));
    return found.flat().filter((/** @type {any} */ one) => !OVER.has(one.status));
  }, [turn.value]);
  const columns = [
    { key: "case_number", label: t("panel.case"), by: (/** @type {any} */ row) => row.case_number,
      render: (/** @type {any} */ row) => html`<a class="nowrap" href=${href(`/cases/${row.id}`)}><bdi>${row.case_number}</bdi></a><br /><${Text}>${row.title}<//>` },
    { key: "priority", label: t("panel.priority"), by: (/** @type {any} */ row) => ["low", "medium", "high", "critical"].indexOf(row.priority),
      render: (/** @type {any} */ row) => html`<${Status} kind="priority" word=${row.priority} />` },
    { key: "status", label: t("panel.status"), hideNarrow: true, render: (/** @type {any} */ row) => html`<${Status} kind="case_status" word=${row.status} plain />` },
    { key: "updated_at", label: t("panel.changed"), hideNarrow: true, by: (/** @type {any} */ row) => row.updated_at, render: (/** @type {any} */ row) => html`<${When} at=${row.updated_at} />` },
  ];
  const none = html`<${Empty} icon="case" title=${t("panel.no_case_of_mine")} />`;
  return html`<${Loaded} of=${mine} empty=${none}>${(/** @type {any[]} */ rows) => html`<${Table} caption=${t("panel.my_cases")} columns=${columns} rows=${rows} />`}<//>`;
}
