import { html, useEffect, useMemo } from "../../vendor/kit.js";
import { get } from "../../app/api.js";
import { now } from "../../app/clock.js";
import { language, t } from "../../app/i18n.js";
import { Chart } from "../../kit/chart.js";
import { Panel } from "../../kit/layout.js";
import { Loaded } from "../../kit/states.js";
import { useLoad } from "../../kit/use_load.js";
import { hoursOf } from "./hours.js";
import { isElsewhere, timeThere, zone } from "./zone.js";

const MINUTE_MS = 60_000;

/** Today's callers by quarters of an hour. @param {{chosen: string[] | null, height?: number, title?: string}} props `height`: px */
export function Curve({ chosen, height = 208, title }) {
  const day = useLoad(async (signal) => {
    const found = await get("/api/v1/queues/today", {}, { signal });
    zone.value = found.timezone;
    return found;
  }, []);
  useEffect(() => {
    const timer = setInterval(day.again, MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return html`<${Panel} class="board-curve"><${Loaded} of=${day} rows=${6}>${(/** @type {any} */ data) => html`<${Drawn} data=${data} chosen=${chosen} height=${height} title=${title} />`}<//><//>`;
}

/** @param {{data: any, chosen: string[] | null, height: number, title?: string}} props */
function Drawn({ data, chosen, height, title = t("board.curve") }) {
  const minute = Math.floor(now.value / MINUTE_MS) * MINUTE_MS;
  const { x, series } = useMemo(() => drawn(data, chosen, minute), [data, chosen?.join(","), language.value, minute]);
  const words = isElsewhere() ? t("board.curve_in", { title, zone: data.timezone }) : title;
  return html`<${Chart} title=${words} kind="line" x=${x} series=${series} height=${height} formatX=${timeThere} mark=${minute} />`;
}

/** @param {any} data @param {string[] | null} chosen @param {number} at ms */
function drawn(data, chosen, at) {
  const queues = data.queues.filter((/** @type {any} */ queue) => !chosen || chosen.includes(queue.id));
  const { first, count } = hoursOf({ ...data, queues }, at);
  const begin = Date.parse(data.starts[0]);
  const places = Array.from({ length: count }, (_, n) => first + n);
  const line = (/** @type {string} */ part) => places.map((place) => sum(queues, part, place));
  return {
    x: places.map((place) => begin + place * data.slot_seconds * 1000),
    series: [
      { label: t("board.offered"), values: line("offered"), color: /** @type {const} */ (1) },
      { label: t("board.answered"), values: line("answered"), color: /** @type {const} */ (3), dashed: true },
      { label: t("board.abandoned"), values: line("abandoned"), color: /** @type {const} */ (2) },
    ],
  };
}

/** Null for a quarter that is still to come. @param {any[]} queues @param {string} part @param {number} place */
const sum = (queues, part, place) => queues.reduce((all, queue) => (place in queue[part] ? (all ?? 0) + queue[part][place] : null), /** @type {number | null} */ (null));
