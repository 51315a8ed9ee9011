import { formatNumber } from "../../app/format.js";
import { html } from "../../kit/index.js";

/**
 * Values with bars, which is a table to who can't see it; names may be long, and there may be many.
 * @param {{label: string, rows: [string, number][], empty?: string, format?: (value: number) => string}} props
 */
export function Bars({ label, rows, empty, format = formatNumber }) {
  if (!rows.length) return html`<p class="quiet">${empty}</p>`;
  const most = Math.max(1, ...rows.map(([, count]) => count));
  return html`<table class="bars" aria-label=${label}><tbody>${rows.map(([name, count]) => html`<tr key=${name}>
    <th scope="row"><bdi>${name}</bdi></th>
    <td>${count > 0 && html`<span class="bars-bar" style=${{ width: `${(100 * count) / most}%` }}></span>`}</td>
    <td class="end">${format(count)}</td></tr>`)}</tbody></table>`;
}
