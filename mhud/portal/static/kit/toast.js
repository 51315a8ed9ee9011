import { html, signal, useEffect, useRef } from "../vendor/kit.js";
import { t } from "../app/i18n.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

const SHOWN_MS = { good: 5000, info: 6000, warn: 10_000, bad: 15_000 };
const MOST = 4;

/** @typedef {{id: number, text: string, tone: "good" | "info" | "warn" | "bad"}} Toast */
/** @type {import("../vendor/kit.js").Signal<Toast[]>} */
const shown = signal([]);
let count = 0;

/** A line that says what came of it, and goes by itself.
 * @param {string} text @param {Toast["tone"]} [tone] */
export function toast(text, tone = "info") {
  const id = (count += 1);
  shown.value = [...shown.value.filter((one) => one.text !== text), { id, text, tone }].slice(-MOST);
  setTimeout(() => close(id), SHOWN_MS[tone]);
}

/** @param {number} id */
const close = (id) => (shown.value = shown.value.filter((one) => one.id !== id));

/** Once, in the shell. */
export function Toasts() {
  const ref = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => raise(ref.current), [shown.value]);
  return html`<div class="toasts" popover="manual" ref=${ref} role="status" aria-live="polite">${shown.value.map(
    ({ id, text, tone }) => html`<div key=${id} class="toast toast-${tone}">
      <${Icon} name=${tone === "good" ? "check" : tone === "info" ? "info" : "warning"} />
      <span dir="auto">${text}</span>
      <${Button} kind="quiet" icon="close" label=${t("kit.close")} onClick=${() => close(id)} />
    </div>`,
  )}</div>`;
}

/** Above dialogs that were opened after it. @param {HTMLElement | null} box */
function raise(box) {
  if (!box) return;
  if (box.matches(":popover-open")) box.hidePopover();
  if (shown.value.length) box.showPopover();
}
