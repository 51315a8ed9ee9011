import { Empty, Loaded, PageHead, Table, Text, html, useLoad } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { formatDuration, formatNumber } from "../../app/format.js";
import { hasText, t } from "../../app/i18n.js";
import { go } from "../../app/router.js";
import { hoursInShort } from "./hours.js";

/** @typedef {{id: string, name: string, extension: string | null, strategy: string, timeout: number | null, announcement_id: string | null,
 *   music_on_hold_id: string | null, max_callers: number, agents: string[], operating_hours: import("./hours.js").Hours | null,
 *   service_level_seconds: number, wrap_up_seconds: number, ring_seconds: number | null}} Queue */

export default function Queues() {
  const queues = useLoad((signal) => get("/api/v1/queues", {}, { signal }), []);
  return html`<${PageHead} title=${t("queue_settings.title")}><p class="quiet">${t("queue_settings.about")}</p><//>
    <${Loaded} of=${queues} rows=${6}>${(/** @type {{queues: Queue[]}} */ data) => html`<${Table} caption=${t("queue_settings.title")} columns=${columns()}
      rows=${data.queues} onOpen=${(/** @type {Queue} */ one) => go(`/queues/${encodeURIComponent(one.id)}`)}
      empty=${html`<${Empty} icon="queue" title=${t("queue_settings.none")}>${t("queue_settings.none_hint")}<//>`} />`}<//>`;
}

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "name", label: t("queue_settings.name"), by: (one) => one.name, render: (one) => html`<${Text}>${one.name}<//><div class="quiet small">${one.id}</div>` },
  { key: "strategy", label: t("queue_settings.strategy"), by: (one) => one.strategy, render: (one) => strategyWord(one.strategy), hideNarrow: true },
  { key: "timeout", label: t("queue_settings.max_wait"), align: "end", by: (one) => one.timeout, render: (one) => formatDuration(one.timeout), hideNarrow: true },
  { key: "service_level_seconds", label: t("queue_settings.target"), align: "end", by: (one) => one.service_level_seconds, hideNarrow: true,
    render: (one) => t("queue_settings.seconds", { n: one.service_level_seconds }) },
  { key: "max_callers", label: t("queue_settings.max_callers"), align: "end", by: (one) => one.max_callers, hideNarrow: true,
    render: (one) => (one.max_callers ? formatNumber(one.max_callers) : t("queue_settings.no_limit")) },
  { key: "hours", label: t("queue_settings.hours"), render: (one) => hoursInShort(one.operating_hours) },
  { key: "agents", label: t("queue_settings.members"), align: "end", by: (one) => one.agents.length, render: (one) => formatNumber(one.agents.length) },
];

/** @param {string} strategy */
export function strategyWord(strategy) {
  const key = `queue_settings.strategy_${strategy.replaceAll("-", "_")}`;
  return hasText(key) ? t(key) : strategy;
}
