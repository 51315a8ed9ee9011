/** The board for a screen on the wall: large letters, all of it on one screen, nothing to click but the way back. */
import { html, useEffect, useState } from "../../vendor/kit.js";
import { now } from "../../app/clock.js";
import { t } from "../../app/i18n.js";
import { asOf } from "../../app/live.js";
import { href } from "../../app/router.js";
import { expired, findMe, me } from "../../app/session.js";
import { ButtonLink } from "../../kit/button.js";
import { PageHead } from "../../kit/layout.js";
import { choiceOf, queryOf } from "./choose.js";
import { Curve } from "./curve.js";
import { Fit } from "./fit.js";
import { HelpLine } from "./help.js";
import { Waiting } from "./lines.js";
import { QueueTable } from "./queue_table.js";
import { Summary } from "./summary.js";
import { Tiles } from "./tiles.js";
import { stayAwake } from "./wake.js";
import { Board } from "./wallboard.js";
import { timeThere } from "./zone.js";

const QUEUES = 12;
const LOOK_MS = 15_000;

/** @param {{query: Record<string, string>}} props */
export default function Tv({ query }) {
  useEffect(() => {
    document.documentElement.classList.add("on-tv");
    const stop = stayAwake();
    return () => {
      document.documentElement.classList.remove("on-tv");
      stop();
    };
  }, []);
  const choice = choiceOf(query);
  const actions = html`<time class="board-clock">${timeThere(now.value)}</time>
    <${ButtonLink} kind="quiet" icon="back" href=${href("/wallboard", queryOf(choice))}>${t("board.tv_end")}<//>`;
  return html`<${PageHead} title=${me.value?.organization || t("board.title")} live=${!expired.value} actions=${actions} />
    ${expired.value && html`<${SignedOut} />`}
    <${Board} choice=${choice} layout=${Wall} />`;
}

/** @type {import("./wallboard.js").Layout} */
function Wall({ facts, choice }) {
  const rem = useRem();
  return html`<${HelpLine} agents=${facts.helpless} most=${2} />
    <${Summary} facts=${facts} goal=${choice.goal} />
    <div class="tv-parts" style=${{ "--queues": Math.min(QUEUES, facts.queues.length) }}>
      <div class="tv-main"><${QueueTable} facts=${facts} goal=${choice.goal} most=${QUEUES} />
        <${Fit}>${(/** @type {number} */ most) => html`<${Tiles} facts=${facts} most=${most} />`}<//></div>
      <div class="tv-side"><${Fit}>${(/** @type {number} */ most) => html`<${Waiting} calls=${facts.waiting} most=${most} />`}<//>
        <${Curve} chosen=${choice.chosen} height=${Math.round(11 * rem)} title=${t("board.curve_short")} /></div></div>`;
}

/** px; it follows the screen's size. */
function useRem() {
  const read = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
  const [rem, setRem] = useState(read);
  useEffect(() => {
    const again = () => setRem(read());
    again();
    addEventListener("resize", again);
    return () => removeEventListener("resize", again);
  }, []);
  return rem;
}

/** Large, above the form; and by itself again once somebody has signed in elsewhere in this browser. */
function SignedOut() {
  useEffect(() => {
    const timer = setInterval(() => void findMe().catch(() => {}), LOOK_MS); // a server that is away is said by the line
    return () => clearInterval(timer);
  }, []);
  return html`<div class="tv-out" role="alert"><strong>${t("board.signed_out")}</strong>
    <span>${asOf.value ? t("board.signed_out_as_of", { at: timeThere(asOf.value) }) : ""} ${t("board.signed_out_hint")}</span></div>`;
}
