/** The keys of a phone: by click, or typed while the focus is in them. */
import { Button, html, useAction, useState } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { press } from "./steering.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** @param {{callId: string}} props */
export function Keypad({ callId }) {
  const [sent, setSent] = useState("");
  const act = useAction((/** @type {string} */ key) => press(callId, key));
  const push = async (/** @type {string} */ key) => {
    if (await act.run(key)) setSent((before) => (before + key).slice(-16));
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !KEYS.includes(event.key)) return;
    event.preventDefault();
    void push(event.key);
  };
  return html`<div class="keypad" role="group" aria-label=${t("panel.keypad")} onKeyDown=${onKeyDown}>
    <output class="keypad-sent" aria-label=${t("panel.keys_sent")}>${sent || " "}</output>
    ${KEYS.map((key) => html`<${Button} key=${key} onClick=${() => void push(key)}>${key}<//>`)}</div>`;
}
