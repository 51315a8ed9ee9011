import { Button, html } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { phone } from "../../phone/store.js";

/** Of the phone in this page: a desk phone mutes by itself. @param {{isShort?: boolean}} props isShort: a sign without the word */
export function MuteButton({ isShort = false }) {
  const words = t("panel.mute");
  return html`<${Button} icon="mute" label=${isShort ? words : undefined} pressed=${phone.muted.value} shortcut=${isShort ? undefined : "Alt+M"}
    onClick=${() => phone.mute(!phone.muted.value)}>${isShort ? null : words}<//>`;
}
