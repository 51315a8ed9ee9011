/** Somebody calls. Read out at once; the focus stays where one types. */
import { Button, Timer, html } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { phone } from "../../phone/store.js";
import { call, partyOf } from "./desk.js";
import { Party } from "./call_card.js";

export function Ringing() {
  const now = call.value;
  const isHere = phone.state.value === "ringing";
  const from = partyOf(now) ?? phone.call.value?.from;
  return html`<p role="alert" class="hidden">${t("panel.incoming", { who: from ?? t("panel.number_withheld") })}</p>
    ${now ? html`<${Party} of=${now} />` : html`<h3 class="call-party"><bdi>${from ?? t("panel.number_withheld")}</bdi></h3>`}
    <p class="row">${t(now?.direction === "outbound" ? "panel.your_phone_rings" : "panel.it_rings")}
      ${now && html`<span class="call-time"><${Timer} since=${now.start_time} label=${t("panel.waits_for")} /></span>`}</p>
    ${isHere
      ? html`<div class="call-keys"><${Button} kind="good" big icon="call" class="call-end" shortcut="Alt+A" onClick=${() => phone.answer()}>${t("panel.answer")}<//></div>`
      : html`<p class="quiet">${t("panel.pick_up")}</p>`}`;
}
