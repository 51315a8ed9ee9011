import { html, useId } from "../vendor/kit.js";
import { Stale } from "./states.js";

/** The one h1 of a page, with its main actions. @param {{title: any, actions?: any, back?: {href: string, label: string}, live?: boolean, children?: any}} props
 * `live`: the page shows what happens now, and says when it does not */
export function PageHead({ title, actions, back, live = false, children }) {
  return html`<header class="page-head">
    ${back && html`<a class="page-back" href=${back.href}>‹ ${back.label}</a>`}
    <div class="page-title"><h1 dir="auto">${title}</h1>${actions && html`<div class="actions">${actions}</div>`}</div>
    ${children}</header>${live && html`<${Stale} />`}`;
}

/** A part of a page, with an h2. @param {{title?: any, actions?: any, children?: any, class?: string, flush?: boolean}} props
 * `flush`: its content reaches the edge (a table) */
export function Panel({ title, actions, children, class: more = "", flush = false }) {
  const id = useId();
  return html`<section class="panel ${flush ? "panel-flush" : ""} ${more}" aria-labelledby=${title ? id : undefined}>
    ${(title || actions) && html`<header class="panel-head"><h2 id=${id} dir="auto">${title}</h2>
      ${actions && html`<div class="actions">${actions}</div>`}</header>`}
    <div class="panel-body">${children}</div></section>`;
}

/** A figure with its name; `tone` also says its `note`. @param {{label: string, value: any, note?: any, tone?: import("./badge.js").Tone, big?: boolean}} props */
export function Figure({ label, value, note, tone, big = false }) {
  return html`<div class="figure ${tone ? `figure-${tone}` : ""} ${big ? "figure-big" : ""}">
    <span class="figure-label">${label}</span><span class="figure-value">${value}</span>
    <span class="figure-note">${note ?? " "}</span></div>`;
}

/** Filters above a list, in one line where there is room. @param {{label: string, children?: any}} props */
export function Filters({ label, children }) {
  return html`<div class="filters" role="search" aria-label=${label}>${children}</div>`;
}
