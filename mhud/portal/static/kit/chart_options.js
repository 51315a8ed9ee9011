/** What uPlot is told, in the page's own colors. */

/** @param {string} name */
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @param {any} UPlot @param {any} what see Chart; `isTime`, `width` px @returns {any} */
export function optionsFor(UPlot, { kind, x, series, height, width, format, formatX, isTime }) {
  const axis = { stroke: color("--ink-2"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const names = isTime ? {} : {
    splits: () => x.map((/** @type {unknown} */ _, /** @type {number} */ n) => n),
    values: (/** @type {unknown} */ _, /** @type {number[]} */ at) => at.map((n) => (x[n] === undefined ? "" : formatX(x[n]))),
  };
  const times = isTime ? { values: (/** @type {unknown} */ _, /** @type {number[]} */ at) => at.map((s) => formatX(s * 1000)) } : {};
  return {
    width, height, legend: { show: false }, cursor: { show: false }, padding: [8, 8, 0, 0],
    scales: { x: { time: isTime, ...(isTime ? {} : { range: [-0.5, x.length - 0.5] }) }, y: { range: (/** @type {unknown} */ _, /** @type {number} */ low, /** @type {number} */ high) => [Math.min(0, low ?? 0), (high || 1) * 1.1] } },
    axes: [{ ...axis, size: 28, grid: { show: false }, ...names, ...times }, { ...axis, size: 56, values: (/** @type {unknown} */ _, /** @type {number[]} */ at) => at.map((one) => (one === null ? "" : format(one))) }],
    series: [{}, ...series.map((/** @type {any} */ one, /** @type {number} */ n) => line(UPlot, kind, one, n))],
  };
}

/** @param {any} UPlot @param {string} kind @param {any} one @param {number} n */
function line(UPlot, kind, one, n) {
  const stroke = color(`--series-${one.color ?? (n % 5) + 1}`);
  const dash = one.dashed ? [6, 4] : undefined;
  if (kind === "bar") return { stroke, fill: stroke, width: 0, points: { show: false }, paths: UPlot.paths.bars({ size: [0.7, 48] }) };
  return { stroke, dash, width: 2, fill: kind === "area" ? `${stroke}22` : undefined, points: { show: false } };
}
