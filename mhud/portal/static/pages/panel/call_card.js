/** The call in hand, or what stands in its place. The room that it takes stays the same. */
import { Badge, Panel, Status, Text, Timer, html, wordOf } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { pbx } from "../../app/live.js";
import { phone } from "../../phone/store.js";
import { CallKeys } from "./call_keys.js";
import { Consultation } from "./consultation.js";
import { agent, call, isRinging, partyOf, queueName } from "./desk.js";
import { Ringing } from "./ringing.js";
import { isOnPhone } from "./steering.js";
import { WrapUp } from "./wrap_up.js";

export function CallCard() {
  const mine = agent.value;
  if (!mine) return null;
  return html`<${Panel} title=${t("panel.call_in_hand")} class="call-card ${mine.ringing_call_id ? "call-rings" : ""}">
    <section class="call-room">${bodyFor(mine)}</section><//>`;
}

/** @param {any} mine */
function bodyFor(mine) {
  if (isRinging.value || phone.state.value === "ringing") return html`<${Ringing} />`;
  if (mine.current_call_id) return html`<${InCall} />`;
  if (isOnPhone()) return html`<${PhoneAlone} />`;
  if (mine.status === "wrap-up") return html`<${WrapUp} mine=${mine} />`;
  return html`<p class="quiet">${t(WITHOUT_CALLS[mine.status] ?? "panel.no_call")}</p>`;
}

/** @type {Record<string, string>} */
const WITHOUT_CALLS = { offline: "panel.you_are_offline", "on-break": "panel.you_are_on_break", unreachable: "panel.phone_unreachable" };

function InCall() {
  const now = call.value;
  if (!now) return html`<p class="quiet">${t("panel.call_is_read")}</p>`;
  const isTalking = !!now.answer_time;
  return html`<${Party} of=${now} />
    <p class="row"><${Status} kind="call" word=${now.status} />
      <span class="call-time"><${Timer} since=${isTalking ? now.answer_time : now.start_time} label=${t("panel.in_call_for")} /></span></p>
    ${now.consultation ? html`<${Consultation} now=${now} />` : html`<${CallKeys} now=${now} />`}`;
}

/** Whom I talk with, and by which way he came. @param {{of: any}} props */
export function Party({ of }) {
  const party = partyOf(of);
  const way = [of && wordOf("direction", of.direction), queueName(of?.queue_id)].filter(Boolean).join(" · ");
  return html`<h3 class="call-party"><${Text}>${party ?? t("panel.number_withheld")}<//></h3>
    <p class="quiet small"><bdi>${way}</bdi>${of?.transfers > 0 && html` · <${Badge} plain>${t("panel.transferred", { n: of.transfers })}<//>`}</p>`;
}

/** mhud's link is lost, and the phone talks on: it can still do what a phone does. */
function PhoneAlone() {
  return html`<h3 class="call-party"><${Text}>${phone.call.value?.from || t("panel.number_withheld")}<//></h3>
    ${!pbx.value && html`<p class="quiet small">${t("panel.by_phone_alone")}</p>`}
    <${CallKeys} now=${null} />`;
}
