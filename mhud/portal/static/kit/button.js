import { html } from "../vendor/kit.js";
import { Icon } from "./icon.js";

/**
 * @typedef {"plain" | "primary" | "quiet" | "danger" | "good"} ButtonKind
 *   one `primary` per view; `quiet` has no frame; `good` and `danger` answer and end calls
 * @typedef {object} ButtonProps
 * @property {ButtonKind} [kind]
 * @property {string} [icon]
 * @property {boolean} [busy] it works: said, and not clicked twice
 * @property {boolean} [disabled]
 * @property {boolean} [pressed] for one that stays down
 * @property {boolean} [big]
 * @property {string} [label] for one with an icon and no words: what it does; also shown on hover
 * @property {string} [shortcut] such as "Alt+H", shown beside the words
 * @property {"button" | "submit"} [type]
 * @property {(event: MouseEvent) => void} [onClick]
 * @property {any} [children]
 * @property {string} [class]
 *
 * Any other attribute goes to the `<button>`.
 * @param {ButtonProps & Record<string, any>} props
 */
export function Button({
  kind = "plain", icon, busy = false, disabled = false, pressed, big = false, label, shortcut,
  type = "button", children, class: more = "", onClick, ...rest
}) {
  const name = `button button-${kind}${big ? " button-big" : ""}${children ? "" : " button-icon"} ${more}`;
  return html`<button type=${type} class=${name} aria-label=${children ? undefined : label}
    title=${label} aria-busy=${busy || undefined} aria-pressed=${pressed}
    aria-disabled=${busy || undefined} disabled=${disabled} aria-keyshortcuts=${shortcut}
    onClick=${busy ? stop : onClick} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}
    ${children && html`<span>${children}</span>`}
    ${shortcut && html`<kbd aria-hidden="true">${shortcut}</kbd>`}
  </button>`;
}

/** Busy ones keep the focus, so they are not disabled. @param {Event} event */
function stop(event) {
  event.preventDefault();
}

/** Looks like a button, leads somewhere.
 * @param {{href: string, kind?: ButtonKind, icon?: string, children?: any, download?: string | boolean}
 *   & Record<string, any>} props */
export function ButtonLink({ href, kind = "plain", icon, children, ...rest }) {
  return html`<a class="button button-${kind}" href=${href} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}<span>${children}</span></a>`;
}
