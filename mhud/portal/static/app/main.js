import { effect, html, render } from "../vendor/kit.js";
import { startClock } from "./clock.js";
import { startFocus } from "./focus.js";
import { language, loadMessages } from "./i18n.js";
import { startLive } from "./live.js";
import { mayAny } from "./rights.js";
import { startRouter } from "./router.js";
import { Failed } from "../kit/states.js";
import { findMe, me } from "./session.js";
import { Shell } from "./shell.js";
import { watchVersion } from "./version.js";

const SUPERVISORS = ["manage_agents", "monitor_calls"];

async function start() {
  document.documentElement.lang = language.value;
  startClock();
  startRouter();
  startFocus();
  await loadMessages(["app", "errors", "kit", "nav", "words"]);
  const error = await findMe().catch((why) => why);
  if (error) return show(html`<main class="sign-in"><div><h1>Helpline</h1><${Failed} error=${error} again=${() => location.reload()} /></div></main>`);
  startLive();
  watchVersion();
  effect(() => void (me.value?.agent_id && import("../pages/panel/install.js").then((desk) => desk.install())));
  effect(() => void (mayAny(SUPERVISORS) && import("../pages/supervisor/install.js").then((bell) => bell.install())));
  show(html`<${Shell} />`);
}

/** @param {import("../vendor/kit.js").VNode} view */
function show(view) {
  const box = /** @type {HTMLElement} */ (document.getElementById("app"));
  box.replaceChildren(); // what is read where no module comes
  render(view, box);
}

void start();
