/** Asking the supervisors for help: their boards show it at once. */
import { Badge, Button, Timer, html, useAction } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { agent } from "./desk.js";
import { askForHelp, endHelp } from "./steering.js";

export function Help() {
  const ask = useAction(askForHelp);
  const end = useAction(endHelp);
  const help = agent.value?.help;
  if (!agent.value) return null;
  if (!help) {
    return html`<${Button} icon="help" busy=${ask.busy} shortcut="Alt+J" onClick=${() => void ask.run()}>${t("panel.ask_for_help")}<//>`;
  }
  return html`<div class="row help" role="status">
    ${help.answered_at
      ? html`<${Badge} tone="good">${t("panel.help_comes", { name: help.answered_by_name ?? t("panel.somebody") })}<//>`
      : html`<${Badge} tone="warn">${t("panel.help_asked")}<//><${Timer} since=${help.requested_at} label=${t("panel.help_asked")} />`}
    <${Button} busy=${end.busy} onClick=${() => void end.run()}>${t("panel.end_help")}<//></div>`;
}
