/** What one does in a call. A desk phone mutes by itself; all else is the same with it. */
import { Button, html, useAction, useState } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { Keypad } from "./keypad.js";
import { MuteButton } from "./mute.js";
import { end, hold, isHeld, isOnPhone } from "./steering.js";
import { Transfer, isTransferOpen } from "./transfer.js";

/** @param {{now: any}} props null: only the phone knows of the call */
export function CallKeys({ now }) {
  const [isKeypad, setKeypad] = useState(false);
  const holding = useAction((/** @type {boolean} */ on) => hold(now?.id, on));
  const ending = useAction(() => end(now?.id ?? null));
  const held = isHeld();
  const canSteer = isOnPhone() || !!now?.answer_time;
  return html`<div class="call-keys call-keys-talk" role="group" aria-label=${t("panel.call_keys")}>
      <${Button} icon="hold" pressed=${held} busy=${holding.busy} disabled=${!canSteer} shortcut="Alt+H"
        onClick=${() => void holding.run(!held)}>${t("panel.hold")}<//>
      ${isOnPhone() && html`<${MuteButton} />`}
      <${Button} icon="keypad" pressed=${isKeypad} disabled=${!canSteer} onClick=${() => setKeypad(!isKeypad)}>${t("panel.keypad")}<//>
      ${now && html`<${Button} icon="transfer" disabled=${!now.answer_time} shortcut="Alt+T"
        onClick=${() => (isTransferOpen.value = true)}>${t("panel.transfer")}<//>`}
      <${Button} kind="danger" icon="hangup" class="call-end" busy=${ending.busy} shortcut="Alt+X"
        onClick=${() => void ending.run()}>${t("panel.end")}<//>
    </div>
    ${isKeypad && html`<${Keypad} callId=${now?.id ?? ""} />`}
    ${isTransferOpen.value && now && html`<${Transfer} callId=${now.id} />`}`;
}
