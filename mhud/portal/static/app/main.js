import { effect, html, render } from "../vendor/kit.js";
import { startClock } from "./clock.js";
import { language, loadMessages } from "./i18n.js";
import { startLive } from "./live.js";
import { startRouter } from "./router.js";
import { Failed } from "../kit/states.js";
import { findMe, me } from "./session.js";
import { Shell } from "./shell.js";

async function start() {
  document.documentElement.lang = language.value;
  startClock();
  startRouter();
  await loadMessages(["app", "errors", "kit", "nav", "words"]);
  const error = await findMe().catch((why) => why);
  if (error) return show(html`<main class="sign-in"><${Failed} error=${error} again=${() => location.reload()} /></main>`);
  startLive();
  effect(() => void (me.value?.agent_id && import("../pages/panel/install.js").then((desk) => desk.install())));
  effect(() => {
    document.title = me.value?.organization || "Helpline";
  });
  show(html`<${Shell} />`);
}

/** @param {import("../vendor/kit.js").VNode} view */
function show(view) {
  render(view, /** @type {HTMLElement} */ (document.getElementById("app")));
}

void start();
