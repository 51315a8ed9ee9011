import { html, useEffect, useMemo } from "../../vendor/kit.js";
import { get } from "../../app/api.js";
import { formatTime } from "../../app/format.js";
import { language, t } from "../../app/i18n.js";
import { Chart } from "../../kit/chart.js";
import { Panel } from "../../kit/layout.js";
import { Loaded } from "../../kit/states.js";
import { useLoad } from "../../kit/use_load.js";

const EACH_MS = 60_000;

/** Today's callers by quarters of an hour. @param {{chosen: string[] | null, height?: number}} props */
export function Curve({ chosen, height = 208 }) {
  const day = useLoad((signal) => get("/api/v1/queues/today", {}, { signal }), []);
  useEffect(() => {
    const timer = setInterval(day.again, EACH_MS);
    return () => clearInterval(timer);
  }, []);
  return html`<${Panel} class="board-curve"><${Loaded} of=${day} rows=${6}>${(/** @type {any} */ data) => html`<${Drawn} data=${data} chosen=${chosen} height=${height} />`}<//><//>`;
}

/** @param {{data: any, chosen: string[] | null, height: number}} props */
function Drawn({ data, chosen, height }) {
  const x = useMemo(() => data.starts.map((/** @type {string} */ at) => Date.parse(at)), [data]);
  const series = useMemo(() => [
    { label: t("board.offered"), values: sum(data, chosen, "offered"), color: 1 },
    { label: t("board.answered"), values: sum(data, chosen, "answered"), color: 3, dashed: true },
    { label: t("board.abandoned"), values: sum(data, chosen, "abandoned"), color: 2 },
  ], [data, chosen?.join(","), language.value]);
  return html`<${Chart} title=${t("board.curve")} kind="line" x=${x} series=${series} height=${height} formatX=${formatTime} />`;
}

/** @param {any} data @param {string[] | null} chosen @param {string} name @returns {number[]} */
function sum(data, chosen, name) {
  const counted = data.queues.filter((/** @type {any} */ queue) => !chosen || chosen.includes(queue.id));
  return data.starts.map((/** @type {unknown} */ _, /** @type {number} */ n) =>
    counted.reduce((/** @type {number} */ all, /** @type {any} */ queue) => all + queue[name][n], 0));
}
