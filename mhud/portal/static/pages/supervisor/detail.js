/** Beside the list: the chosen agent with his call, or the chosen call. */
import { Badge, Button, Empty, Facts, Panel, Status, Text, Timer, html, useEffect, useRef } from "../../kit/index.js";
import { wordOf } from "../../kit/status.js";
import { t } from "../../app/i18n.js";
import { agents, calls } from "../../app/live.js";
import { mayFor } from "../../app/rights.js";
import { longIn } from "../board/limits.js";
import { CallCard } from "./call_card.js";
import { QueueNames } from "./cells.js";
import { SetState } from "./set_state.js";

/** @param {{agentId: string | undefined, callId: string | undefined, onClose: () => void}} props */
export function Detail({ agentId, callId, onClose }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const chosen = agentId ?? callId;
  useEffect(() => {
    if (chosen && matchMedia("(max-width: 1100px)").matches) box.current?.scrollIntoView({ block: "start" });
  }, [chosen]);
  const close = html`<${Button} kind="quiet" icon="close" label=${t("kit.close")} onClick=${onClose} />`;
  return html`<div ref=${box} class="supervisor-detail ${chosen ? "" : "supervisor-idle"}">${agentId
    ? html`<${AgentDetail} key=${agentId} id=${agentId} actions=${close} />`
    : callId ? html`<${Panel} title=${t("supervisor.one_call")} actions=${close}><${CallCard} id=${callId} /><//>`
    : html`<${Panel} title=${t("supervisor.nothing_chosen")}><p class="quiet">${t("supervisor.choose_hint")}</p><//>`}</div>`;
}

/** @param {{id: string, actions: any}} props */
function AgentDetail({ id, actions }) {
  const agent = agents.get(id);
  if (!agent) return html`<${Panel} title=${t("supervisor.agent")} actions=${actions}><${Empty} icon="person" title=${t("supervisor.agent_gone")} /><//>`;
  const callId = agent.current_call_id ?? agent.ringing_call_id;
  const state = html`<${Status} kind="agent" word=${agent.status} /> <${Timer} since=${agent.since} ...${longIn(agent.status)} />`;
  return html`<${Panel} title=${html`<${Text}>${agent.name}<//>`} actions=${actions}><div class="stack">
    <${Facts} items=${[
      [t("supervisor.state"), state],
      agent.status === "on-break" && [t("supervisor.reason"), wordOf("reason", agent.reason_code)],
      agent.wrap_up_until && [t("supervisor.wrap_up_left"), html`<${Timer} until=${agent.wrap_up_until} />`],
      agent.pending_status && [t("supervisor.then"), wordOf("agent", agent.pending_status)],
      [t("supervisor.queues"), html`<${QueueNames} ids=${agent.queues} />`],
    ]} />
    ${agent.queues_paused.length > 0 && agent.status !== "on-break" && html`<${Badge} tone="warn" plain>${t("supervisor.paused_in")} <${QueueNames} ids=${agent.queues_paused} /><//>`}
    ${mayFor("manage_agents", id) && html`<${SetState} agent=${agent} />`}
    ${callId && calls.get(callId) && html`<section aria-label=${t("supervisor.one_call")} class="supervisor-call"><h3>${t("supervisor.one_call")}</h3><${CallCard} id=${callId} /></section>`}
  </div><//>`;
}
