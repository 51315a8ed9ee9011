import { request } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { hasText, t } from "../../app/i18n.js";
import { Button, Notice, html, useAction, useState } from "../../kit/index.js";

/**
 * Sound from the API. Nothing is asked for before somebody wants to hear it: each hearing is on record.
 * @param {{path: string, label: string}} props
 */
export function Player({ path, label }) {
  const [turn, setTurn] = useState(0); // 0: not asked for yet
  const [why, setWhy] = useState("");
  const look = useAction(async () => setWhy(await problemOf(path)), { quiet: true }); // an element tells no status
  const again = () => {
    setWhy("");
    setTurn(turn + 1);
  };
  if (!turn) return html`<${Button} icon="play" onClick=${again}>${label}<//>`;
  if (why || look.error) return html`<${Notice} tone="bad" actions=${html`<${Button} icon="refresh" onClick=${again}>${t("kit.again")}<//>`}>${why || t("errors.network")}<//>`;
  return html`<audio key=${turn} class="player" controls autoplay src=${path} aria-label=${label} onError=${() => look.run()}></audio>`;
}

/** Why it can't be heard. Who was signed out meanwhile signs in first. @param {string} path */
async function problemOf(path) {
  try {
    await request("HEAD", path);
    return t("cases.not_playable");
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 0;
    return hasText(`cases.recording_${status}`) ? t(`cases.recording_${status}`) : t(status ? "cases.not_playable" : "errors.network");
  }
}
