/** What uPlot is told, in the page's own colors. */

/** @param {string} name */
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Letters grow with the page's: a board on the wall is read from afar. */
const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

/** @param {any} UPlot @param {any} what see Chart; `isTime`, `width` px @returns {any} */
export function optionsFor(UPlot, { kind, x, series, height, width, format, formatX, isTime, mark }) {
  const axis = { stroke: color("--ink-2"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false }, font: `${0.75 * rem()}px system-ui, sans-serif` };
  const below = isTime ? timesBelow(x, formatX) : namesBelow(x, formatX, width);
  return {
    width, height, legend: { show: false }, cursor: { show: false }, padding: [8, 8, 0, 0],
    scales: { x: { time: isTime, ...(isTime ? {} : { range: [-0.5, x.length - 0.5] }) }, y: { range: (/** @type {unknown} */ _, /** @type {number} */ low, /** @type {number} */ high) => [Math.min(0, low ?? 0), (high || 1) * 1.1] } },
    axes: [{ ...axis, size: 1.75 * rem(), grid: { show: false }, ...below }, { ...axis, ...stepsOf(series), size: 3.5 * rem(), values: (/** @type {unknown} */ _, /** @type {number[]} */ at) => at.map((one) => (one === null ? "" : format(one))) }],
    hooks: mark === undefined ? {} : { draw: [(/** @type {any} */ plot) => upright(plot, mark / 1000)] },
    series: [{}, ...series.map((/** @type {any} */ one, /** @type {number} */ n) => line(UPlot, kind, one, n))],
  };
}

/** What is counted has no halves. */
const WHOLE = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9].flatMap((one) => [one, 2 * one, 5 * one]);

/** Between lines of the grid. @param {{values: (number | null)[]}[]} series */
const stepsOf = (series) => (series.every((one) => one.values.every((value) => value === null || Number.isInteger(value))) ? { incrs: WHOLE } : {});

/** A line from top to bottom. @param {any} plot @param {number} at s */
function upright(plot, at) {
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(at, "x", true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = color("--ink-2");
  ctx.lineWidth = 2;
  ctx.setLineDash([2, 4]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** px */
const letter = () => 0.44 * rem();
/** So much room does a label need, px. @param {any[]} x @param {(at: any) => string} formatX */
const roomOf = (x, formatX) => Math.max(3, ...[x[0], x.at(-1)].map((at) => (at === undefined ? 0 : formatX(at).length))) * letter() + rem();

/** The same word is not said twice in a row. @param {any[]} x @param {(at: any) => string} formatX */
function timesBelow(x, formatX) {
  const values = (/** @type {unknown} */ _, /** @type {number[]} */ at) => {
    const words = at.map((s) => formatX(s * 1000));
    return words.map((word, n) => (word === words[n - 1] ? "" : word));
  };
  return { space: roomOf(x, formatX), values };
}

/** Each, or as many as there is room for. @param {any[]} x @param {(at: any) => string} formatX @param {number} width */
function namesBelow(x, formatX, width) {
  const longest = Math.max(...x.map((at) => formatX(at).length), 3) * letter() + rem();
  const step = Math.max(1, Math.ceil((x.length * longest) / width));
  return {
    splits: () => x.map((_, n) => n).filter((n) => n % step === 0),
    values: (/** @type {unknown} */ _, /** @type {number[]} */ at) => at.map((n) => (x[n] === undefined ? "" : formatX(x[n]))),
  };
}

/** @param {any} UPlot @param {string} kind @param {any} one @param {number} n */
function line(UPlot, kind, one, n) {
  const stroke = color(`--series-${one.color ?? (n % 5) + 1}`);
  const dash = one.dashed ? [6, 4] : undefined;
  if (kind === "bar") return { stroke, fill: stroke, width: 0, points: { show: false }, paths: UPlot.paths.bars({ size: [0.7, 48] }) };
  return { stroke, dash, width: 2, fill: kind === "area" ? `${stroke}22` : undefined, points: { show: false } };
}
