import { html } from "../vendor/kit.js";
import { formatAgo, formatExact, formatRecent } from "../app/format.js";

/** What people typed: any direction of writing, any length.
 * @param {{children?: any, lines?: boolean, class?: string}} props `lines`: line breaks stay */
export function Text({ children, lines = false, class: more = "" }) {
  if (lines) return html`<p class="text-lines ${more}" dir="auto">${children}</p>`;
  return html`<bdi class="text ${more}">${children}</bdi>`;
}

/** An instant, with all of it on hover. @param {{at: string | null | undefined, ago?: boolean}} props */
export function When({ at, ago = false }) {
  if (!at) return html`<span class="quiet">–</span>`;
  return html`<time datetime=${at} title=${formatExact(at)}>${ago ? formatAgo(at) : formatRecent(at)}</time>`;
}

/** Names with what they are. @param {{items: ([string, any] | null | false)[]}} props */
export function Facts({ items }) {
  const shown = items.filter((item) => !!item);
  return html`<dl class="facts">${shown.map(([name, value]) => html`<div key=${name}>
    <dt>${name}</dt><dd>${value ?? "–"}</dd></div>`)}</dl>`;
}
