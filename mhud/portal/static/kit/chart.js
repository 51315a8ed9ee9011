import { html, useEffect, useRef, useState } from "../vendor/kit.js";
import { formatNumber } from "../app/format.js";
import { t } from "../app/i18n.js";
import { isDark } from "../app/theme.js";
import { optionsFor } from "./chart_options.js";

/**
 * Lines, areas or bars over time or over names; beside it the same as a table, for who can't see it.
 *
 * @typedef {{label: string, values: (number | null)[], color?: 1 | 2 | 3 | 4 | 5, dashed?: boolean}} Series
 * @param {{title: string, kind?: "line" | "area" | "bar", x: (number | string)[], series: Series[], height?: number,
 *   format?: (value: number) => string, formatX?: (x: number | string) => string, mark?: number}} props
 *   `x`: instants in ms, or names; `format`: of values; `mark`: an instant that gets a line, such as now
 */
export function Chart({ title, kind = "line", x, series, height = 240, format = formatNumber, formatX = String, mark }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [isTable, setTable] = useState(false);
  const drawn = JSON.stringify([x, series]); // new lists of the same are no reason to draw
  useEffect(() => {
    const target = box.current;
    if (!target || isTable) return undefined;
    let stop = () => {};
    let isGone = false;
    void draw(target, { kind, x, series, height, format, formatX, mark }).then(
      (end) => (isGone ? end() : (stop = end)),
      () => isGone || setTable(true), // what draws it can't be brought: the table says the same
    );
    return () => {
      isGone = true;
      stop();
    };
  }, [kind, drawn, mark, height, isTable, isDark.value]);
  return html`<figure class="chart"><figcaption><span>${title}</span>
    <button type="button" class="link" aria-pressed=${isTable} onClick=${() => setTable(!isTable)}>${t(isTable ? "kit.as_chart" : "kit.as_table")}</button></figcaption>
    ${isTable ? html`<${Values} title=${title} x=${x} series=${series} format=${format} formatX=${formatX} />`
      : html`<div ref=${box} class="chart-box" style=${{ minHeight: `${height}px` }} role="img" aria-label=${title}></div>
        <ul class="chart-legend">${series.map((one, n) => html`<li key=${one.label}><span class="swatch series-${one.color ?? (n % 5) + 1} ${
          one.dashed ? "swatch-dashed" : ""}" aria-hidden="true"></span>${one.label}</li>`)}</ul>`}</figure>`;
}

/** @param {any} props */
function Values({ title, x, series, format, formatX }) {
  return html`<div class="table-box" tabindex="0" role="group" aria-label=${title}><table class="table"><caption class="hidden">${title}</caption>
    <thead><tr><th scope="col"><span class="hidden">${t("kit.chart_x")}</span></th>${series.map((/** @type {Series} */ one) => html`<th key=${one.label} scope="col" class="end">${one.label}</th>`)}</tr></thead>
    <tbody>${x.map((/** @type {any} */ at, /** @type {number} */ n) => html`<tr key=${at}><th scope="row">${formatX(at)}</th>
      ${series.map((/** @type {Series} */ one) => html`<td key=${one.label} class="end">${one.values[n] === null ? "–" : format(one.values[n])}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** uPlot is brought when the first chart is drawn. @param {HTMLElement} target @param {any} what @returns {Promise<() => void>} what takes it away */
async function draw(target, what) {
  const { default: UPlot } = await import("../vendor/uplot.js");
  const width = () => Math.max(200, target.clientWidth);
  const isTime = typeof what.x[0] === "number";
  const xs = isTime ? what.x.map((/** @type {number} */ ms) => ms / 1000) : what.x.map((/** @type {unknown} */ _, /** @type {number} */ n) => n);
  const data = [xs, ...what.series.map((/** @type {Series} */ one) => one.values)];
  const plot = new UPlot(optionsFor(UPlot, { ...what, isTime, width: width() }), data, target);
  const watch = new ResizeObserver(() => plot.setSize({ width: width(), height: what.height }));
  watch.observe(target);
  return () => {
    watch.disconnect();
    plot.destroy();
  };
}
