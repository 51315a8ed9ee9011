/** The other party waits with music while I ask the one to whom he shall go. */
import { Button, Notice, html, useAction } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { cancel, complete } from "./steering.js";

/** @param {{now: any}} props */
export function Consultation({ now }) {
  const finish = useAction(() => complete(now.id));
  const back = useAction(() => cancel(now.id));
  const talks = now.consultation === "talking";
  return html`<${Notice}>${t(talks ? "panel.consultation_talks" : "panel.consultation_calls")}<//>
    <div class="call-keys" role="group" aria-label=${t("panel.transfer")}>
      <${Button} kind="primary" icon="transfer" disabled=${!talks} busy=${finish.busy} onClick=${() => void finish.run()}>${t("panel.complete_transfer")}<//>
      <${Button} icon="back" disabled=${!talks} busy=${back.busy} onClick=${() => void back.run()}>${t("panel.cancel_transfer")}<//></div>`;
}
