import { t } from "../../app/i18n.js";
import { Button, Notice, html, useState } from "../../kit/index.js";

/**
 * Sound from the API. Nothing is asked for before somebody wants to hear it: each hearing is on record.
 * @param {{path: string, label: string}} props
 */
export function Player({ path, label }) {
  const [isOpen, setOpen] = useState(false);
  const [isWrong, setWrong] = useState(false);
  if (!isOpen) return html`<${Button} icon="play" onClick=${() => setOpen(true)}>${label}<//>`;
  if (isWrong) return html`<${Notice} tone="bad">${t("cases.not_playable")}<//>`;
  return html`<audio class="player" controls autoplay src=${path} aria-label=${label} onError=${() => setWrong(true)}></audio>`;
}
