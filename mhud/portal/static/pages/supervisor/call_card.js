import { Button, Facts, Status, Timer, confirm, html, useAction } from "../../kit/index.js";
import { wordOf } from "../../kit/status.js";
import { t } from "../../app/i18n.js";
import { calls } from "../../app/live.js";
import { mayFor } from "../../app/rights.js";
import { AgentName, CallerName, QueueName } from "../board/lines.js";
import { doesSince } from "./call_list.js";
import { Hearers, Monitor } from "./monitor.js";
import { ask } from "./plainly.js";
import { Move, SendOn } from "./send_on.js";

const TALKS = ["in-progress", "on-hold"];

/** A call, and what can be done with it. @param {{id: string}} props */
export function CallCard({ id }) {
  const call = calls.get(id);
  if (!call) return html`<p class="quiet" role="status">${t("supervisor.call_over")}</p>`;
  const isTalk = TALKS.includes(call.status);
  const steers = mayFor("control_calls");
  return html`<div class="stack">
    <${Facts} items=${[
      [t("supervisor.party"), html`<${CallerName} call=${call} />`],
      [t("supervisor.state"), html`<${Status} kind="call" word=${call.status} /> <${Timer} since=${doesSince(call)} />`],
      [t("supervisor.direction"), wordOf("direction", call.direction)],
      [t("supervisor.queue"), html`<${QueueName} id=${call.queue_id} />`],
      [t("supervisor.agent"), html`<${AgentName} id=${call.agent_id} />`],
    ]} />
    <${Hearers} callId=${id} />
    ${isTalk && call.agent_id && html`<${Monitor} key=${`hear ${id}`} call=${call} />`}
    ${steers && call.status === "queued" && html`<${Move} key=${`move ${id}`} call=${call} />`}
    ${steers && (isTalk || call.status === "queued") && html`<${SendOn} key=${`send ${id}`} call=${call} />`}
    ${mayFor("end_calls") && html`<${End} key=${`end ${id}`} id=${id} />`}</div>`;
}

/** @param {{id: string}} props */
function End({ id }) {
  const end = useAction(async () => {
    const sure = await confirm({ title: t("supervisor.end_title"), text: t("supervisor.end_text"), action: t("supervisor.end"), danger: true });
    if (sure) await ask(id, "end");
  });
  return html`<div class="actions"><${Button} kind="danger" icon="hangup" busy=${end.busy} onClick=${() => void end.run()}>${t("supervisor.end")}<//></div>`;
}
