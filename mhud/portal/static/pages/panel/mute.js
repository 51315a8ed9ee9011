import { Button, html } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { phone } from "../../phone/store.js";

/** Of the phone in this page: a desk phone mutes by itself. */
export function MuteButton(/** @type {{class?: string}} */ { class: more = "" }) {
  return html`<${Button} icon="mute" class=${more} pressed=${phone.muted.value} shortcut="Alt+M"
    onClick=${() => phone.mute(!phone.muted.value)}>${t("panel.mute")}<//>`;
}
