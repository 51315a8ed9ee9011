import { Button, Dialog, Notice, TextField, html, useRef, useState } from "../../kit/index.js";
import { t } from "../../app/i18n.js";

/** What is shown this once. It closes by its button only, so that Escape loses nothing.
 * @param {{title: string, label: string, value: string, text: string, onClose: () => void, children?: any}} props */
export function SecretDialog({ title, label, value, text, onClose, children }) {
  const footer = html`<${Button} kind="primary" onClick=${onClose}>${t("admin.kept")}<//>`;
  return html`<${Dialog} title=${title} footer=${footer}>
    <${Notice} tone="warn">${text}<//>
    <${CopyField} label=${label} value=${value} />${children}<//>`;
}

/** A text to take along, with a button that copies it. @param {{label: string, value: string}} props */
export function CopyField({ label, value }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [said, setSaid] = useState("");
  const copy = async () => {
    box.current?.querySelector("input")?.select();
    setSaid((await copied(value)) ? t("admin.copied") : t("admin.copy_by_hand"));
  };
  return html`<div class="copy" ref=${box}>
    <${TextField} label=${label} value=${value} readonly spellcheck=${false} class="mono" onInput=${() => {}} />
    <${Button} icon="copy" onClick=${copy}>${t("admin.copy")}<//>
    <p class="copy-said quiet small" role="status">${said}</p></div>`;
}

/** Pages that came over plain HTTP have no clipboard. @param {string} text */
const copied = (text) =>
  navigator.clipboard ? navigator.clipboard.writeText(text).then(() => true, () => false) : Promise.resolve(false);

/** Copies, and says so. @param {{text: string}} props */
export function CopyButton({ text }) {
  const [isDone, setDone] = useState(false);
  if (!navigator.clipboard) return null;
  return html`<${Button} kind="quiet" icon=${isDone ? "check" : "copy"} label=${t(isDone ? "admin.copied" : "admin.copy")}
    onClick=${async () => setDone(await copied(text))} />`;
}
