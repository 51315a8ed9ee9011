/** Reports that come by themselves. */
import { del, get, put } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { href } from "../../app/router.js";
import { me } from "../../app/session.js";
import { Badge, Button, Empty, Loaded, Menu, Table, Text, When, confirm, html, useAction, useLoad, useState } from "../../kit/index.js";
import { ScheduleDialog } from "./schedule_dialog.js";

const ROOT = "/api/v1/reports/schedules";

export function Schedules() {
  const found = useLoad((signal) => get(ROOT, {}, { signal }), []);
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const turn = useAction((/** @type {any} */ row) => put(`${ROOT}/${row.id}`, { active: !row.active }));
  const remove = useAction((/** @type {any} */ row) => del(`${ROOT}/${row.id}`), { done: t("reports.schedule_removed") });
  const act = async (/** @type {{run: (row: any) => Promise<boolean>}} */ action, /** @type {any} */ row) => (await action.run(row)) && found.again();
  const ask = async (/** @type {any} */ row) =>
    (await confirm({ title: t("reports.schedule_remove_title"), action: t("reports.remove"), danger: true })) && act(remove, row);
  const items = (/** @type {any} */ row) => [
    { label: t("cases.edit"), icon: "edit", onClick: () => setOpen(row) },
    { label: t(row.active ? "reports.rest" : "reports.go_on"), icon: row.active ? "pause" : "play", onClick: () => act(turn, row) },
    { label: t("reports.remove"), icon: "trash", danger: true, onClick: () => ask(row) },
  ];
  const isHis = (/** @type {any} */ row) => may("create_reports") && (row.created_by === me.value?.id || may("system_config"));
  const columns = [...COLUMNS(), { key: "more", label: t("reports.actions"), render: (/** @type {any} */ row) => isHis(row) && html`<${Menu} label=${t("reports.actions_of", { name: row.name })} items=${items(row)} />` }];
  return html`${may("create_reports") && html`<div class="actions reports-bar"><${Button} icon="plus" onClick=${() => setOpen({})}>${t("reports.new_schedule")}<//></div>`}
    <${Loaded} of=${found} rows=${4}>${(/** @type {any} */ data) => html`<${Table} caption=${t("reports.schedules")} class="reports-schedules" columns=${columns} rows=${data.schedules}
      empty=${html`<${Empty} icon="clock" title=${t("reports.no_schedules")}>${t("reports.no_schedules_hint")}<//>`} />`}<//>
    ${open && html`<${ScheduleDialog} id=${open.id ?? null} onSaved=${found.again} onClose=${() => setOpen(null)} />`}`;
}

/** @returns {import("../../kit/table.js").Column[]} */
const COLUMNS = () => [
  { key: "name", label: t("reports.name"), render: (row) => html`<${Text}>${row.name}<//><span class="cases-narrow">${stateOf(row)}</span>` },
  { key: "every", label: t("reports.when"), render: (row) => inZone(whenOf(row), row.time_zone) },
  { key: "period", label: t("reports.period"), hideNarrow: true, render: (row) => t(`reports.period_${row.period}`) },
  { key: "state", label: t("reports.status"), hideNarrow: true, render: (row) => stateOf(row) },
  { key: "next_at", label: t("reports.next"), hideNarrow: true, render: (row) => html`<${When} at=${row.next_at} />` },
  { key: "last", label: t("reports.last"), hideNarrow: true, render: (row) => (row.last_report_id ? html`<a href=${href(`/reports/${row.last_report_id}`)}><${When} at=${row.last_at} /></a>` : "–") },
];

/** The reader may sit elsewhere. @param {string} when @param {string} zone */
const inZone = (when, zone) => (zone === Intl.DateTimeFormat().resolvedOptions().timeZone ? when : t("reports.at_zone", { when, zone }));

/** @param {any} row */
function whenOf({ every, day, at }) {
  if (every === "week") return t("reports.each_week", { day: weekday(day ?? 1), at });
  return every === "month" ? t("reports.each_month", { day: day ?? 1, at }) : t("reports.each_day", { at });
}

/** @param {number} number Monday is 1 */
export const weekday = (number) => t(`reports.weekday_${number}`);

/** @param {any} row */
function stateOf(row) {
  if (row.problem) return html`<${Badge} tone="bad">${t(`reports.stopped_${row.problem}`)}<//>`;
  return html`<${Badge} tone=${row.active ? "good" : "neutral"}>${t(row.active ? "reports.active" : "reports.resting")}<//>`;
}
