/** The other party waits with music while I ask the one to whom he shall go. */
import { effect } from "../../vendor/kit.js";
import { Button, html, toast, useAction, useEffect } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { calls } from "../../app/live.js";
import { call } from "./desk.js";
import { MuteButton } from "./mute.js";
import { cancel, complete, isOnPhone } from "./steering.js";

const LOOK_MS = 1000; // that who is asked has answered is told by no event

/** What an event told meanwhile may be newer than the answer. @param {string} id */
async function readCall(id) {
  const before = calls.peek(id);
  const now = await get(`/api/v1/calls/${encodeURIComponent(id)}`, {}, { anonymous: true }).catch(() => null); // the next look is soon: none waits for a sign-in
  if (now && now.status !== "ended" && before && calls.peek(id) === before) calls.set(now);
}

/** Calls to whose party I go back myself: of these nothing has to be said. @type {Set<string>} */
const returning = new Set();

/** @param {{now: any}} props */
export function Consultation({ now }) {
  const finish = useAction(() => complete(now.id));
  const back = useAction(() => goBack(now.id));
  const talks = now.consultation === "talking";
  useEffect(() => {
    const timer = setInterval(() => void readCall(now.id), LOOK_MS);
    return () => clearInterval(timer);
  }, [now.id]);
  return html`<p class="small consultation" role="status">${t(talks ? "panel.consultation_talks" : "panel.consultation_calls")}</p>
    <div class="call-keys" role="group" aria-label=${t("panel.transfer")}>
      <${Button} kind="primary" icon="transfer" class="call-end" disabled=${!talks} busy=${finish.busy} onClick=${() => void finish.run()}>${t("panel.complete_transfer")}<//>
      <span class="call-end call-pair"><${Button} icon="back" busy=${back.busy} onClick=${() => void back.run()}>${t("panel.cancel_transfer")}<//>
        ${isOnPhone() && html`<${MuteButton} isShort />`}</span></div>`;
}

/** @param {string} id */
async function goBack(id) {
  returning.add(id);
  try {
    await cancel(id);
  } catch (error) {
    returning.delete(id);
    throw error;
  }
}

/** @typedef {{id: string, asks: string | null, transfers: number}} Asking */

/** Says when who is asked does not answer or leaves: suddenly the caller is there again. Called once. */
export function watchConsultations() {
  /** @type {Asking | null} */
  let before = null;
  effect(() => {
    const now = call.value;
    const was = before;
    before = now && { id: now.id, asks: now.consultation, transfers: now.transfers };
    if (!was?.asks || !before || was.id !== before.id || before.asks || before.transfers > was.transfers) return;
    if (!returning.delete(was.id)) toast(t(was.asks === "talking" ? "panel.asked_left" : "panel.asked_did_not_answer"), "warn");
  });
}
