/** On every other page: my status, the call in hand, and the way back to the desk. */
import { Button, ButtonLink, Timer, html } from "../../kit/index.js";
import { homePage } from "../../app/outlet.js";
import { t } from "../../app/i18n.js";
import { href, place } from "../../app/router.js";
import { phone } from "../../phone/store.js";
import { CasePeek } from "./case_peek.js";
import { agent, call, callId, isRinging } from "./desk.js";
import { DialDialog } from "./dial.js";
import { Presence } from "./presence.js";
import { KeysDialog } from "./shortcuts.js";

const isDesk = () => (place.value.path === "/" ? homePage().path : place.value.path) === "/panel";

export function DeskBar() {
  const dialogs = html`<${DialDialog} /><${KeysDialog} /><${CasePeek} />`;
  if (!agent.value || isDesk()) return dialogs;
  return html`<div class="desk-bar">${callId.value && html`<${CallInBar} />`}<${Presence} compact isQuiet=${!!callId.value} />${dialogs}</div>`;
}

function CallInBar() {
  const since = call.value?.answer_time ?? call.value?.start_time;
  const words = t(isRinging.value ? "panel.it_rings" : "panel.you_are_in_a_call");
  return html`${isRinging.value && html`<span role="alert" class="hidden">${words}</span>`}
    ${phone.state.value === "ringing" && html`<${Button} kind="good" icon="call" onClick=${() => phone.answer()}>${t("panel.answer")}<//>`}
    <${ButtonLink} href=${href("/panel")} icon="panel"><span class="desk-bar-words">${words} </span>${since && html`<${Timer} since=${since} />`}<//>`;
}
