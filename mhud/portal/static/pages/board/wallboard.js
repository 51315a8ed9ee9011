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

const LINES = 10;
const TILES = 240;

/** @param {{query: Record<string, string>}} props */
export default function Wallboard({ query }) {
  const [isChoosing, setChoosing] = useState(false);
  const choice = choiceOf(query);
  const actions = html`<${Button} icon="filter" onClick=${() => setChoosing(true)}>${t("board.choose_short")}<//>
    <${ButtonLink} icon="board" href=${href("/wallboard/tv", queryOf(choice))}>${t("board.tv")}<//>`;
  return html`<${PageHead} title=${t("board.title")} live actions=${actions} />
    <${Board} choice=${choice} layout=${Desk} />
    ${isChoosing && html`<${Choose} choice=${choice} onClose=${() => setChoosing(false)} />`}`;
}

/** @typedef {(props: {facts: import("./facts.js").Facts, choice: import("./choose.js").Choice}) => any} Layout */

/** @param {{choice: import("./choose.js").Choice, layout: Layout}} props */
export function Board({ choice, layout }) {
  if (status.value === "off") return html`<${Empty} icon="shield" title=${t("board.no_events")} />`;
  if (!isReady.value) return html`<${Loading} rows=${12} />`;
  return html`<${Known} choice=${choice} layout=${layout} />`;
}

/** Counts for the first time once all is there: what comes before that would say that there is nothing.
 * @param {{choice: import("./choose.js").Choice, layout: Layout}} props */
function Known({ choice, layout: Laid }) {
  const facts = useFacts(choice.chosen);
  if (!facts.queues.length) return html`<${Empty} icon="queue" title=${t("board.no_queues")}>${t("board.no_queues_hint")}<//>`;
  return html`<div class="board"><${Laid} facts=${facts} choice=${choice} /></div>`;
}

/** @type {Layout} */
function Desk({ facts, choice }) {
  return html`<${HelpLine} agents=${facts.helpless} />
    <${Summary} facts=${facts} goal=${choice.goal} />
    <${QueueTable} facts=${facts} goal=${choice.goal} />
    <div class="board-parts">
      <${Tiles} facts=${facts} most=${TILES} />
      <${Waiting} calls=${facts.waiting} most=${LINES} />
      <${Talking} calls=${facts.talking} most=${LINES} />
      <${Curve} chosen=${choice.chosen} /></div>`;
}
