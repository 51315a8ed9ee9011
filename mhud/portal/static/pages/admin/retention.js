import { Badge, Loaded, PageHead, Table, When, html, useLoad } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { formatNumber } from "../../app/format.js";
import { hasText, t } from "../../app/i18n.js";

/** @typedef {{kind: string, days: number | null, due: number | null, last_run_at: string | null, last_removed: number | null}} Kind */

export default function Retention() {
  const kinds = useLoad((signal) => get("/api/v1/retention", {}, { signal }), []);
  return html`<${PageHead} title=${t("retention.title")}><p class="quiet">${t("retention.about")}</p><//>
    <${Loaded} of=${kinds} rows=${12}>${(/** @type {{kinds: Kind[]}} */ data) => html`<${Table} caption=${t("retention.title")} columns=${columns()}
      rows=${data.kinds} rowKey=${(/** @type {Kind} */ one) => one.kind} />`}<//>`;
}

/** @param {string} kind */
function kindWord(kind) {
  const key = `retention.kind_${kind.replaceAll(/[^a-z]/g, "_")}`;
  return hasText(key) ? t(key) : kind;
}

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "kind", label: t("retention.kind"), by: (one) => kindWord(one.kind), render: (one) => kindWord(one.kind) },
  { key: "days", label: t("retention.kept"), by: (one) => one.days,
    render: (one) => (one.days === null ? html`<${Badge} tone="info" plain>${t("retention.for_ever")}<//>` : t("retention.days", { n: one.days })) },
  { key: "due", label: t("retention.due"), align: "end", by: (one) => one.due, render: (one) => formatNumber(one.due) },
  { key: "last_run_at", label: t("retention.last_run"), by: (one) => one.last_run_at, render: (one) => html`<${When} at=${one.last_run_at} />`, hideNarrow: true },
  { key: "last_removed", label: t("retention.last_removed"), align: "end", by: (one) => one.last_removed, render: (one) => formatNumber(one.last_removed), hideNarrow: true },
];
