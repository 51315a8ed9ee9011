import { html } from "../../vendor/kit.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { href } from "../../app/router.js";
import { ButtonLink } from "../../kit/button.js";
import { Notice } from "../../kit/states.js";
import { Text } from "../../kit/text.js";
import { Timer } from "../../kit/timer.js";

/** Who asks for help, over everything else. @param {{agents: import("./facts.js").Agent[], most?: number}} props */
export function HelpLine({ agents, most = Infinity }) {
  if (!agents.length) return null;
  const open = agents.some((agent) => !agent.help.answered_at);
  const more = agents.length - most;
  const actions = may("manage_agents") && html`<${ButtonLink} href=${href("/supervisor")}>${t("board.to_supervision")}<//>`;
  return html`<${Notice} tone=${open ? "bad" : "info"} actions=${actions}><ul class="board-help">${agents.slice(0, most).map(({ id, name, help }) => html`<li key=${id} data-help=${id}>
    <strong><${Text}>${name}<//></strong> ${t("board.asks_help")} <${Timer} since=${help.requested_at} />
    ${help.answered_at && html` · <${Text}>${t("board.comes", { name: help.answered_by_name ?? "" })}<//>`}</li>`)}
    ${more > 0 && html`<li>${t("board.more", { n: more })}</li>`}</ul><//>`;
}
