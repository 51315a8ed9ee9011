import { html, useState } from "../../vendor/kit.js";
import { t } from "../../app/i18n.js";
import { isReady, status } from "../../app/live.js";
import { href } from "../../app/router.js";
import { Button, ButtonLink } from "../../kit/button.js";
import { PageHead } from "../../kit/layout.js";
import { Empty, Loading } from "../../kit/states.js";
import { Choose, choiceOf, queryOf } from "./choose.js";
import { Curve } from "./curve.js";
import { HelpLine } from "./help.js";
import { Talking, Waiting } from "./lines.js";
import { QueueTable } from "./queue_table.js";
import { Summary } from "./summary.js";
import { Tiles } from "./tiles.js";
import { useFacts } from "./use_facts.js";

const DESK = { queues: Infinity, lines: 10, tiles: 240, curve: 208 };

/** @param {{query: Record<string, string>}} props */
export default function Wallboard({ query }) {
  const [isChoosing, setChoosing] = useState(false);
  const choice = choiceOf(query);
  const actions = html`<${Button} icon="filter" onClick=${() => setChoosing(true)}>${t("board.choose_short")}<//>
    <${ButtonLink} icon="board" href=${href("/wallboard/tv", queryOf(choice))}>${t("board.tv")}<//>`;
  return html`<${PageHead} title=${t("board.title")} live actions=${actions} />
    <${Board} choice=${choice} room=${DESK} />
    ${isChoosing && html`<${Choose} choice=${choice} onClose=${() => setChoosing(false)} />`}`;
}

/** @typedef {typeof DESK} Room how many of each find room */

/** @param {{choice: import("./choose.js").Choice, room: Room}} props */
export function Board({ choice, room }) {
  const facts = useFacts(choice.chosen);
  if (status.value === "off") return html`<${Empty} icon="shield" title=${t("board.no_events")} />`;
  if (!isReady.value) return html`<${Loading} rows=${12} />`;
  if (!facts.queues.length) return html`<${Empty} icon="queue" title=${t("board.no_queues")}>${t("board.no_queues_hint")}<//>`;
  return html`<div class="board">
    <${HelpLine} agents=${facts.helpless} />
    <${Summary} facts=${facts} goal=${choice.goal} />
    <${QueueTable} facts=${facts} goal=${choice.goal} most=${room.queues} />
    <div class="board-parts">
      <${Tiles} facts=${facts} most=${room.tiles} />
      <${Waiting} calls=${facts.waiting} most=${room.lines} />
      <${Talking} calls=${facts.talking} most=${room.lines} />
      <${Curve} chosen=${choice.chosen} height=${room.curve} />
    </div></div>`;
}
