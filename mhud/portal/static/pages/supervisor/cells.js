/** What stands in a row about an agent; each is drawn anew when this agent changes. */
import { Badge, Status, Text, Timer, html } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { agents, calls, queues } from "../../app/live.js";
import { longIn } from "../board/limits.js";
import { CallerName, QueueName } from "../board/lines.js";

/** @typedef {{id: string}} Props of an agent */

/** @param {Props} props */
export function State({ id }) {
  const agent = agents.get(id);
  return agent && html`<${Status} kind="agent" word=${agent.status} />${agent.help && html` <${Badge} tone="bad" shape="triangle" plain>${t("supervisor.help")}<//>`}`;
}

/** @param {Props} props */
export function Since({ id }) {
  const agent = agents.get(id);
  return agent && html`<${Timer} since=${agent.since} ...${longIn(agent.status)} />`;
}

/** @param {Props} props */
export function CallOf({ id }) {
  const callId = agents.get(id)?.current_call_id ?? agents.peek(id)?.ringing_call_id;
  const call = calls.get(callId);
  if (!call) return html`<span class="quiet">–</span>`;
  return html`<${CallerName} call=${call} />${call.queue_id && html` <span class="quiet small"><${QueueName} id=${call.queue_id} /></span>`}`;
}

/** @param {{ids: string[]}} props */
export const QueueNames = ({ ids }) =>
  html`<${Text}>${ids.map((id) => queues.peek(id)?.name ?? id).join(", ") || "–"}<//>`;
