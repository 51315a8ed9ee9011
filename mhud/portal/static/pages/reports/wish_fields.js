/** What a report is about: the same for one that is asked for and for a schedule. */
import { agents, queues } from "../../app/live.js";
import { t } from "../../app/i18n.js";
import { ChecksField, SelectField, html } from "../../kit/index.js";
import { FORMATS, GROUPS, METRICS, optionsOf } from "./metrics.js";

export const USUAL = ["total_calls", "answered_calls", "abandoned_calls", "service_level", "average_speed_of_answer", "average_handle_time"];

/** @param {{form: import("../../kit/use_form.js").Form<any>}} props */
export function WishFields({ form }) {
  const named = (/** @type {{id: string, name: string}[]} */ all, /** @type {string[]} */ chosen) => [
    ...all.map((one) => ({ value: one.id, label: one.name || one.id })).sort((a, b) => a.label.localeCompare(b.label)),
    ...chosen.filter((id) => !all.some((one) => one.id === id)).map((id) => ({ value: id, label: id })), // gone, and meant still
  ];
  return html`<div class="columns">
      <${SelectField} ...${form.field("group_by")} label=${t("reports.group_by")} options=${optionsOf("group", GROUPS)} />
      <${SelectField} ...${form.field("format")} label=${t("reports.format")} options=${optionsOf("format", FORMATS)} hint=${t("reports.format_hint")} /></div>
    <${ChecksField} ...${form.field("metrics")} label=${t("reports.metrics")} options=${optionsOf("metric", Object.keys(METRICS))} />
    ${queues.list.length > 0 && html`<${ChecksField} ...${form.field("queues")} label=${t("reports.queues")} hint=${t("reports.none_is_all")} options=${named(queues.list, form.values.queues)} />`}
    ${agents.list.length > 0 && agents.list.length <= MOST_AGENTS && html`<details class="reports-agents"><summary>${t("reports.agents")}${form.values.agents.length > 0 && ` (${form.values.agents.length})`}</summary>
      <${ChecksField} ...${form.field("agents")} label=${t("reports.agents")} hint=${t("reports.none_is_all")} options=${named(agents.list, form.values.agents)} /></details>`}`;
}

const MOST_AGENTS = 200; // as many as a report may name

/** All metrics, queues and agents are meant by none. @param {Record<string, any>} values @returns {Record<string, any>} */
export const wishOf = ({ metrics, queues: someQueues, agents: someAgents, ...rest }) => ({
  ...rest,
  ...(metrics === undefined ? {} : { metrics: metrics.length ? metrics : null }),
  ...(someQueues === undefined ? {} : { queues: someQueues.length ? someQueues : null }),
  ...(someAgents === undefined ? {} : { agents: someAgents.length ? someAgents : null }),
});
