/** Keys that work on every page, also while one types. By place on the keyboard, so Alt+ letters work on a Mac too. */
import { Dialog, html, signal } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { phone } from "../../phone/store.js";

/** @typedef {{key: string, name: string, act: () => unknown, phone?: boolean}} Shortcut `phone`: of one in the browser */
/** @type {Map<string, Shortcut>} by `code` of the key */
const known = new Map();
const isShown = signal(false);

/** @param {Shortcut[]} shortcuts `key`: a letter, pressed with Alt; `name`: of a text */
export function useKeys(shortcuts) {
  for (const one of shortcuts) known.set(one.key === "/" ? "Slash" : `Key${one.key}`, one);
}

export const showKeys = () => (isShown.value = true);

/** Called once. */
export function startKeys() {
  useKeys([{ key: "/", name: "panel.key_help", act: showKeys }]);
  addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat || isTyped(event)) return;
    const found = known.get(event.code);
    if (!found || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    found.act();
  });
}

/** Alt makes letters on some keyboards: in a field these are typed. @param {KeyboardEvent} event */
function isTyped(event) {
  const isInField = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  return event.getModifierState("AltGraph") || (isInField && navigator.platform.startsWith("Mac"));
}

export function KeysDialog() {
  if (!isShown.value) return null;
  return html`<${Dialog} title=${t("panel.keys")} size="small" onClose=${() => (isShown.value = false)}>
    <p>${t("panel.keys_hint")}</p>
    <dl class="keys">${[...known.values()].filter((one) => !one.phone || phone.kind.value === "browser").map((one) => html`<div key=${one.key}><dt><kbd>Alt+${one.key}</kbd></dt><dd>${t(one.name)}</dd></div>`)}</dl><//>`;
}
