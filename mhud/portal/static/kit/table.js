import { html, useState } from "../vendor/kit.js";
import { t } from "../app/i18n.js";
import { Icon } from "./icon.js";
import { sorted } from "./sorting.js";
import { useWindow } from "./use_window.js";

/**
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {(row: any) => any} [render] what the cell shows; default: `row[key]`
 * @property {(row: any) => string | number | null} [by] what it is sorted by; without it the column
 *   is not sorted here. With `onSort` the owner sorts, and `sortable` says which.
 * @property {boolean} [sortable]
 * @property {"start" | "end"} [align] end: numbers, times
 * @property {string} [width] such as "9rem"
 * @property {boolean} [hideNarrow] left out on a phone
 *
 * @typedef {{key: string, down: boolean}} Sort
 *
 * Rows that can be opened are reached by Tab once, walked by arrows, Home and End, opened by Enter.
 * @param {{caption: string, columns: Column[], rows: any[], rowKey?: (row: any) => string | number,
 *   onOpen?: (row: any) => void, openLabel?: (row: any) => string, selected?: string | number | null,
 *   sort?: Sort | null, onSort?: (sort: Sort) => void, empty?: any, virtual?: boolean, height?: string,
 *   showCaption?: boolean, class?: string, rowClass?: (row: any) => string}} props
 *   `sort`: at the beginning, or with `onSort` always; `virtual`: only the rows that are seen are
 *   drawn (from 200 on), in a box of `height`; their rows are 40 px high, on one line
 */
export function Table(props) {
  const { columns, rows, onSort } = props;
  const [own, setOwn] = useState(props.sort ?? null);
  const sort = onSort ? (props.sort ?? null) : own;
  const shown = onSort ? rows : sorted(rows, columns, sort);
  const seen = useWindow(shown.length, !!props.virtual && shown.length > 200);
  if (!rows.length && props.empty) return props.empty;
  return html`<${Box} seen=${seen} caption=${props.caption} height=${props.height} class=${props.class}>
    <table class="table" aria-rowcount=${seen.isOn ? shown.length + 1 : undefined}>
      <caption class=${props.showCaption ? "" : "hidden"}>${props.caption}</caption>
      <thead><tr>${columns.map((column) => html`<${Head} key=${column.key} column=${column} sort=${sort}
        onSort=${onSort ?? setOwn} isSorted=${onSort ? column.sortable : !!column.by} />`)}</tr></thead>
      <${Body} ...${props} shown=${shown} seen=${seen} />
    </table><//>`;
}

/** Scrolled by itself: along a table that is too wide, and through thousands of rows. @param {any} props */
function Box({ seen, caption, height = "60vh", class: more = "", children }) {
  return html`<div class="table-box ${seen.isOn ? "table-virtual" : ""} ${more}" ref=${seen.ref} tabindex="0"
    role="group" aria-label=${caption} style=${seen.isOn ? { height } : undefined} onScroll=${seen.onScroll}>${children}</div>`;
}

/** @param {any} props of the table, `shown`: its rows in order, `seen`: which of them are drawn */
function Body({ columns, shown, seen, rowKey, onOpen, openLabel, selected, rowClass }) {
  const keyOf = rowKey ?? ((/** @type {any} */ row) => row.id);
  const row = (/** @type {any} */ one, /** @type {number} */ n) => html`<${Row} key=${keyOf(one)} row=${one} columns=${columns}
    index=${seen.isOn ? seen.first + n + 2 : undefined} isFirst=${n === 0} onOpen=${onOpen}
    isSelected=${selected !== undefined && selected === keyOf(one)} name=${rowClass?.(one)} label=${openLabel?.(one)} />`;
  return html`<tbody onKeyDown=${walk}>
    <${Room} px=${seen.above} columns=${columns} />${shown.slice(seen.first, seen.last).map(row)}<${Room} px=${seen.below} columns=${columns} /></tbody>`;
}

/** In place of rows that are not drawn. @param {{px: number, columns: Column[]}} props */
function Room({ px, columns }) {
  if (px <= 0) return null;
  return html`<tr aria-hidden="true" style=${{ height: `${px}px` }}><td colspan=${columns.length} style=${{ height: `${px}px`, padding: 0 }}></td></tr>`;
}

/** @param {{column: Column, sort: Sort | null, onSort: (sort: Sort) => void, isSorted?: boolean}} props */
function Head({ column, sort, onSort, isSorted }) {
  const mine = sort?.key === column.key ? sort : null;
  const order = mine ? (mine.down ? "descending" : "ascending") : undefined;
  const name = `${column.align === "end" ? "end" : ""} ${column.hideNarrow ? "hide-narrow" : ""}`;
  return html`<th scope="col" aria-sort=${order} class=${name} style=${column.width ? { width: column.width } : undefined}>
    ${isSorted ? html`<button type="button" class="table-sort" title=${t("kit.sort_by", { column: column.label })}
      onClick=${() => onSort({ key: column.key, down: mine ? !mine.down : column.align === "end" })}>${column.label}
      <span class="table-arrow ${mine ? (mine.down ? "is-down" : "is-up") : ""}"><${Icon} name="down" size=${12} /></span></button>`
      : column.label}</th>`;
}

/** @param {{row: any, columns: Column[], index?: number, isFirst: boolean, onOpen?: (row: any) => void,
 *   isSelected: boolean, name?: string, label?: string}} props */
function Row({ row, columns, index, isFirst, onOpen, isSelected, name = "", label }) {
  const open = onOpen && {
    tabIndex: isFirst || isSelected ? 0 : -1,
    onClick: (/** @type {MouseEvent} */ event) => isOwn(event) || onOpen(row),
    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.target !== event.currentTarget) return;
      event.preventDefault(); // else the key also presses what has the focus in the dialog that it opens
      onOpen(row);
    },
  };
  return html`<tr ...${open} class="${onOpen ? "row-open" : ""} ${isSelected ? "row-selected" : ""} ${name}" aria-rowindex=${index}
    aria-selected=${isSelected || undefined} aria-label=${label}>
    ${columns.map((column, n) => html`<${n ? "td" : "th"} key=${column.key} scope=${n ? undefined : "row"}
      class="${column.align === "end" ? "end" : ""} ${column.hideNarrow ? "hide-narrow" : ""}">${
      column.render ? column.render(row) : (row[column.key] ?? "–")}<//>`)}</tr>`;
}

/** A click on a button or link in the row is not for the row. @param {Event} event */
const isOwn = (event) => event.target instanceof Element && !!event.target.closest("a, button, input, select, label");

/** Home and End of thousands: the rows there are drawn first. @param {HTMLElement} row @param {string} key */
function jump(row, key) {
  const box = row.closest(".table-virtual");
  if (!box || (key !== "Home" && key !== "End")) return false;
  box.scrollTop = key === "Home" ? 0 : box.scrollHeight;
  const body = row.parentElement;
  setTimeout(() => {
    const rows = [...(body?.querySelectorAll("tr[tabindex]") ?? [])];
    const to = rows.at(key === "Home" ? 0 : -1);
    if (to instanceof HTMLElement) to.focus();
  }, 50);
  return true;
}

/** @param {KeyboardEvent} event */
function walk(event) {
  const row = event.target instanceof HTMLElement && event.target.matches("tr") ? event.target : null;
  if (!row) return;
  if (jump(row, event.key)) return event.preventDefault();
  const all = /** @type {HTMLElement[]} */ ([...(row.parentElement?.querySelectorAll("tr[tabindex]") ?? [])]);
  const at = all.indexOf(row);
  const to = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], Home: all[0], End: all.at(-1) }[event.key];
  if (!to) return;
  event.preventDefault();
  to.focus();
  to.scrollIntoView({ block: "nearest" });
}
