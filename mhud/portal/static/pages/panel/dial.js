/** Calling a number: my phone first, then the other's. */
import { Button, Dialog, TextField, html, signal, useAction, useState } from "../../kit/index.js";
import { say } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { agent, callId } from "./desk.js";
import { formOf } from "./forms.js";
import { dial } from "./steering.js";

/** The number that is asked about; null: nothing is asked.
 * @type {import("../../vendor/kit.js").Signal<string | null>} */
export const asked = signal(null);

export function DialButton() {
  if (!agent.value || !may("make_calls")) return null;
  return html`<${Button} icon="call" disabled=${!!callId.value} shortcut="Alt+C" onClick=${() => (asked.value = "")}>${t("panel.call_a_number")}<//>`;
}

/** Spaces and the like are for people. @param {string} typed */
export const digitsOf = (typed) => typed.replace(/[\s().\-/]/g, "");

/** With what is already known about the one who is called.
 * @param {string} number @param {{callback_id?: string, case_id?: number | null, client_id?: string | null}} [known] */
export async function callTo(number, { callback_id = "", case_id = null, client_id = null } = {}) {
  const id = await dial(digitsOf(number), case_id ? { case_id: String(case_id) } : {});
  const form = formOf(id);
  const about = case_id ? { about: /** @type {const} */ ("known"), case_id: String(case_id) } : {};
  const who = client_id ? { person: /** @type {const} */ ("known"), client_id } : {};
  if (callback_id || case_id || client_id) void whenReady(form).then(() => form.set({ callback_id, ...about, ...who }));
}

/** @param {import("./call_form.js").CallForm} form @returns {Promise<void>} */
function whenReady(form) {
  return new Promise((resolve) => {
    const end = form.phase.subscribe((phase) => {
      if (phase !== "ready") return;
      resolve();
      queueMicrotask(() => end());
    });
  });
}

export function DialDialog() {
  if (asked.value === null) return null;
  return html`<${Dial} />`;
}

function Dial() {
  const [number, setNumber] = useState(asked.peek() ?? "");
  const close = () => (asked.value = null);
  const act = useAction(async () => {
    await callTo(number);
    close();
  }, { quiet: true });
  const isNumber = /^\+?\d{3,15}$/.test(digitsOf(number));
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (isNumber) void act.run();
  };
  const wrong = number && !isNumber ? t("panel.no_number") : undefined;
  return html`<${Dialog} title=${t("panel.call_a_number")} size="small" onClose=${close} footer=${html`
      <${Button} onClick=${close}>${t("kit.cancel")}<//>
      <${Button} kind="good" icon="call" type="submit" form="dial" busy=${act.busy} disabled=${!isNumber}>${t("panel.call")}<//>`}>
    <form id="dial" onSubmit=${submit}>
      <${TextField} label=${t("panel.number")} type="tel" autocomplete="off" autofocus value=${number} onInput=${setNumber}
        hint=${t("panel.number_hint")} error=${act.error ? say(act.error) : wrong} />
    </form><//>`;
}
