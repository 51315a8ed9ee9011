/** To whom the call goes: a queue, a colleague, a number; at once, or after a word with him. */
import { Button, Dialog, RadioField, SelectField, TextField, html, signal, useAction, useEffect, useState, wordOf } from "../../kit/index.js";
import { say } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { agents, queues } from "../../app/live.js";
import { digitsOf } from "./dial.js";
import { agent } from "./desk.js";
import { transfer } from "./steering.js";

export const isTransferOpen = signal(false);

/** @typedef {"queue" | "agent" | "number"} Kind */

/** @param {{callId: string}} props */
export function Transfer({ callId }) {
  const [kind, setKind] = useState(/** @type {Kind} */ ("agent"));
  const [to, setTo] = useState("");
  const close = () => (isTransferOpen.value = false);
  useEffect(() => close, []); // the call may end before
  const act = useAction(async (/** @type {"blind" | "attended"} */ type) => {
    const target = /** @type {import("./steering.js").Target} */ ({ [kind]: kind === "number" ? digitsOf(to) : to });
    await transfer(callId, type, target);
    close();
  }, { quiet: true });
  const choose = (/** @type {Kind} */ next) => {
    setKind(next);
    setTo("");
  };
  const isReady = kind === "number" ? /^\+?\d{3,15}$/.test(digitsOf(to)) : !!to;
  const kinds = /** @type {const} */ (["agent", "queue", "number"]).map((one) => ({ value: one, label: t(`panel.to_${one}`) }));
  return html`<${Dialog} title=${t("panel.transfer")} onClose=${close} footer=${html`
      <${Button} onClick=${close}>${t("kit.cancel")}<//>
      <${Button} icon="send" disabled=${!isReady} busy=${act.busy} onClick=${() => void act.run("blind")}>${t("panel.transfer_blind")}<//>
      <${Button} kind="primary" icon="call" disabled=${!isReady} busy=${act.busy} onClick=${() => void act.run("attended")}>${t("panel.transfer_attended")}<//>`}>
    <${RadioField} label=${t("panel.to_whom")} value=${kind} options=${kinds} onInput=${choose} />
    ${kind === "number"
      ? html`<${TextField} label=${t("panel.number")} type="tel" autocomplete="off" value=${to} onInput=${setTo} hint=${t("panel.number_hint")} />`
      : html`<${SelectField} label=${t(`panel.to_${kind}`)} value=${to} empty=${t("panel.choose")} options=${kind === "queue" ? ofQueues() : ofAgents()} onInput=${setTo} />`}
    <p class="quiet small">${t("panel.transfer_hint")}</p>
    ${act.error && html`<p class="field-error" role="alert">${say(act.error)}</p>`}<//>`;
}

const ofQueues = () =>
  queues.list.sort((a, b) => a.name.localeCompare(b.name))
    .map((one) => ({ value: one.id, label: t("panel.queue_now", { name: one.name, n: one.calls_waiting }) }));

/** Who is free stands first. */
const ofAgents = () =>
  agents.list.filter((one) => one.id !== agent.value?.id)
    .sort((a, b) => Number(b.status === "available") - Number(a.status === "available") || a.name.localeCompare(b.name))
    .map((one) => ({ value: one.id, label: `${one.name} – ${wordOf("agent", one.status)}`, disabled: one.status === "offline" }));
