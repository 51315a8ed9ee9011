import { html, useId, useLayoutEffect, useRef, useState } from "../vendor/kit.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

/**
 * A button that opens a list of actions. Arrows walk, Escape and a click elsewhere close it.
 * @param {{label: string, icon?: string, kind?: import("./button.js").ButtonKind, children?: any,
 *   items: ({label: string, icon?: string, onClick: () => void, danger?: boolean, disabled?: boolean,
 *   checked?: boolean} | null | false)[]}} props `children`: the button's words; without, its icon and `label`
 */
export function Menu({ label, icon = "menu", kind = "plain", items, children }) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const id = useId();
  const shown = items.filter((item) => !!item);
  useLayoutEffect(() => { // at once: who closes it in the same moment has the focus back
    if (!isOpen) return undefined;
    entries(box.current)[0]?.focus();
    const away = (/** @type {Event} */ event) => box.current?.contains(/** @type {Node} */ (event.target)) || setOpen(false);
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [isOpen]);
  const close = () => {
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (!isOpen) return;
    if (event.key === "Escape" || event.key === "Tab") close();
    else walk(entries(box.current), event);
  };
  return html`<div class="menu" ref=${box} onKeyDown=${onKeyDown}>
    <${Button} kind=${kind} icon=${icon} label=${label} aria-haspopup="menu" aria-expanded=${isOpen} aria-controls=${isOpen ? id : undefined}
      onClick=${() => setOpen(!isOpen)}>${children}<//>
    ${isOpen && html`<div class="menu-list" role="menu" id=${id} aria-label=${label}>${shown.map((item) => html`<button type="button"
      key=${item.label} role=${item.checked === undefined ? "menuitem" : "menuitemradio"} aria-checked=${item.checked} tabindex="-1" disabled=${item.disabled}
      class=${item.danger ? "menu-danger" : ""} onClick=${() => { close(); item.onClick(); }}>
      <${Icon} name=${item.checked ? "check" : (item.icon ?? "blank")} size=${16} />${item.label}</button>`)}</div>`}
  </div>`;
}

/** @param {HTMLElement | null} box @returns {HTMLElement[]} */
const entries = (box) => [...(box?.querySelectorAll("[role^=menuitem]:not(:disabled)") ?? [])].map((one) => /** @type {HTMLElement} */ (one));

/** @param {HTMLElement[]} all @param {KeyboardEvent} event */
function walk(all, event) {
  const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  all[to]?.focus();
}
