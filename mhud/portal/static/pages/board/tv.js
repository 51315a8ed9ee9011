/** The board for a screen on the wall: larger, without anything to click but the way back. */
import { html, useEffect } from "../../vendor/kit.js";
import { now } from "../../app/clock.js";
import { formatTime } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { href } from "../../app/router.js";
import { me } from "../../app/session.js";
import { ButtonLink } from "../../kit/button.js";
import { PageHead } from "../../kit/layout.js";
import { choiceOf, queryOf } from "./choose.js";
import { Board } from "./wallboard.js";

const WALL = { queues: 6, lines: 5, tiles: 15, curve: 300 };

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
  const actions = html`<time class="board-clock">${formatTime(now.value)}</time>
    <${ButtonLink} kind="quiet" icon="back" href=${href("/wallboard", queryOf(choice))}>${t("board.tv_end")}<//>`;
  return html`<${PageHead} title=${me.value?.organization || t("board.title")} live actions=${actions} />
    <${Board} choice=${choice} room=${WALL} />`;
}

/** Keeps the screen on, where the browser can; it lets go when the page is hidden. */
function stayAwake() {
  /** @type {WakeLockSentinel | undefined} */
  let lock;
  const ask = async () => {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    lock = await navigator.wakeLock.request("screen").catch(() => undefined); // refused on battery
  };
  void ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
