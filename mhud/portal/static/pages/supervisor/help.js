/** Who asks for help: on top, until it is over. The bell in the bar reads it out. */
import { Badge, Button, Text, Timer, html, useAction, useId } from "../../kit/index.js";
import { post } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { setSound, sound } from "./alarm.js";

/** @typedef {import("./rows.js").Agent} Agent */

/** @param {{agents: Agent[], onOpen: (agent: Agent) => void}} props */
export function HelpRequests({ agents, onOpen }) {
  const id = useId();
  return html`<section class="panel supervisor-help" aria-labelledby=${id}><h2 id=${id}>${t("supervisor.help_requests")}</h2><div>
    ${agents.length ? html`<ul>${agents.map((agent) => html`<${Request} key=${agent.id} agent=${agent} onOpen=${onOpen} />`)}</ul>`
      : html`<p class="quiet">${t("supervisor.no_help")}</p>`}</div>
    <${Button} kind="quiet" icon="bell" pressed=${sound.value} title=${t("supervisor.sound_hint")} onClick=${() => setSound(!sound.value)}>${t("supervisor.sound")}<//></section>`;
}

/** @param {{agent: Agent, onOpen: (agent: Agent) => void}} props */
function Request({ agent, onOpen }) {
  const path = `/api/v1/agents/${encodeURIComponent(agent.id)}/help`;
  const come = useAction(() => post(`${path}/answer`));
  const end = useAction(() => post(`${path}/end`));
  const { help } = agent;
  return html`<li data-help=${agent.id}>
    ${help.answered_at ? html`<${Badge} tone="info">${t("supervisor.comes", { name: help.answered_by_name ?? "" })}<//>`
      : html`<${Badge} tone="bad" shape="triangle">${t("supervisor.asks")}<//>`}
    <strong><${Text}>${agent.name}<//></strong> <${Timer} since=${help.requested_at} warnAfter=${30} badAfter=${90} label=${t("supervisor.asks")} />
    <span class="actions">
      ${!help.answered_at && may("manage_agents") && html`<${Button} kind="primary" busy=${come.busy} onClick=${() => void come.run()}>${t("supervisor.come")}<//>`}
      <${Button} onClick=${() => onOpen(agent)}>${t("supervisor.open")}<//>
      ${help.answered_at && may("manage_agents") && html`<${Button} busy=${end.busy} onClick=${() => void end.run()}>${t("supervisor.help_over")}<//>`}
    </span></li>`;
}
