import { html, useId, useRef } from "../vendor/kit.js";

/**
 * Only the selected panel is drawn. Arrows walk, as people expect of tabs.
 * @param {{label: string, tabs: {id: string, label: string, count?: number, panel: () => any}[],
 *   selected: string, onSelect: (id: string) => void}} props
 */
export function Tabs({ label, tabs, selected, onSelect }) {
  const id = useId();
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const current = tabs.find((tab) => tab.id === selected) ?? tabs[0];
  const move = (/** @type {KeyboardEvent} */ event) => {
    const at = tabs.indexOf(current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    onSelect(tabs[next].id);
    /** @type {HTMLElement | undefined} */ (list.current?.children[next])?.focus();
  };
  return html`<div class="tabs"><div role="tablist" aria-label=${label} ref=${list} onKeyDown=${move}>
    ${tabs.map((tab) => html`<button type="button" role="tab" key=${tab.id} id="${id}-${tab.id}" aria-selected=${tab === current}
      aria-controls="${id}-panel" tabindex=${tab === current ? 0 : -1} onClick=${() => onSelect(tab.id)}>${tab.label}${
      tab.count !== undefined && html` <span class="tab-count">${tab.count}</span>`}</button>`)}</div>
    <div role="tabpanel" id="${id}-panel" aria-labelledby="${id}-${current.id}" tabindex="0">${current.panel()}</div></div>`;
}
