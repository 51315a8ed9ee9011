import { html } from "../vendor/kit.js";
import { t } from "../app/i18n.js";
import { Button } from "./button.js";

/** Of a list with `pagination`. @param {{offset: number, limit: number, total: number, onOffset: (offset: number) => void}} props */
export function Pagination({ offset, limit, total, onOffset }) {
  if (total <= limit && offset === 0) return null;
  const last = Math.min(offset + limit, total);
  return html`<nav class="pagination" aria-label=${t("kit.pages")}>
    <${Button} icon="back" disabled=${offset === 0} onClick=${() => onOffset(Math.max(0, offset - limit))}>${t("kit.previous")}<//>
    <span>${t("kit.range", { from: offset + 1, to: last, total })}</span>
    <${Button} disabled=${last >= total} onClick=${() => onOffset(offset + limit)}>${t("kit.next")}<//></nav>`;
}

/** Of a list with `next_cursor`. @param {{cursor: string | null, busy?: boolean, onMore: () => void}} props */
export function More({ cursor, busy, onMore }) {
  if (!cursor) return null;
  return html`<div class="more"><${Button} busy=${busy} onClick=${onMore}>${t("kit.more")}<//></div>`;
}
