import { html } from "../../vendor/kit.js";
import { formatDuration, formatNumber, formatPercent } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { Figure } from "../../kit/layout.js";
import { Timer } from "../../kit/timer.js";
import { totals } from "./facts.js";
import { ofService } from "./limits.js";
import { levelOf } from "./mark.js";

/** @typedef {import("./limits.js").Level} Level */

/** What one sees from across the room.
 * @param {{facts: import("./facts.js").Facts, goal: number}} props */
export function Summary({ facts, goal }) {
  const all = totals(facts.queues);
  return html`<section class="board-summary" aria-label=${t("board.summary")}>
    <${Waiting} facts=${facts} all=${all} />
    <${Figure} big label=${t("board.average")} value=${formatDuration(all.average)} note=${t("board.today")} />
    <${Leveled} level=${ofService(all.service, goal)} label=${t("board.service_level")} value=${formatPercent(all.service, 1)} note=${t("board.goal", { goal: formatPercent(goal) })} />
    <${Figure} big label=${t("board.free")} value=${formatNumber(facts.states.available ?? 0)}
      note=${t("board.of_agents", { n: facts.agents.length })} />
    <${Figure} big label=${t("board.talking")} value=${formatNumber(facts.talking.length)} note=${t("board.now")} />
    <${Figure} big label=${t("board.answered")} value=${formatNumber(all.answered)} note=${t("board.today")} />
    <${Figure} big label=${t("board.abandoned")} value=${formatNumber(all.abandoned)} note=${lostShare(all)} />
  </section>`;
}

/** Ticks: the longest wait decides the tone. @param {{facts: import("./facts.js").Facts, all: ReturnType<typeof totals>}} props */
function Waiting({ facts, all }) {
  const levels = facts.queues.map(levelOf);
  const level = levels.includes("bad") ? "bad" : levels.includes("warn") ? "warn" : "";
  return html`<${Leveled} level=${level} label=${t("board.waiting")} value=${formatNumber(all.waiting)} />
    <${Leveled} level=${level} label=${t("board.longest")} value=${html`<${Timer} since=${all.since} />`} />`;
}

/** The word under the figure says what its color says. @param {{level: Level, label: string, value: any, note?: string}} props */
function Leveled({ level, label, value, note }) {
  return html`<${Figure} big label=${label} value=${value} tone=${level || undefined}
    note=${level ? `${level === "bad" ? "✖" : "▲"} ${t(`board.level_${level}`)}` : (note ?? t("board.level_good"))} />`;
}

/** @param {ReturnType<typeof totals>} all */
const lostShare = (all) =>
  all.presented ? t("board.of_callers", { share: formatPercent((100 * all.abandoned) / all.presented) }) : t("board.today");
