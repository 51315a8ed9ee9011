/** After the call: time to write, of which one may have more. */
import { Button, Timer, html, useAction } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { endWrapUp, extendWrapUp } from "./steering.js";

const MORE_S = 60;

/** @param {{mine: any}} props */
export function WrapUp({ mine }) {
  const more = useAction(() => extendWrapUp(MORE_S));
  const ready = useAction(endWrapUp);
  return html`<div class="row"><h3 class="wrap-up-head">${t("panel.wrap_up_left")}</h3>
      <span class="call-time">${mine.wrap_up_until ? html`<${Timer} until=${mine.wrap_up_until} label=${t("panel.wrap_up_left")} />`
        : html`<${Timer} since=${mine.since} />`}</span></div>
    <p class="quiet small">${t("panel.wrap_up_hint")}</p>
    <div class="call-keys" role="group" aria-label=${t("panel.wrap_up_left")}>
      <${Button} icon="plus" busy=${more.busy} class="call-end" shortcut="Alt+E" onClick=${() => void more.run()}>${t("panel.one_more_minute")}<//>
      <${Button} kind="primary" icon="check" busy=${ready.busy} class="call-end" shortcut="Alt+R" onClick=${() => void ready.run()}>${t("panel.ready")}<//></div>`;
}
