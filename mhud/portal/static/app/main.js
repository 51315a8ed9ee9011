import { effect, html, render } from "../vendor/kit.js";
import { startClock } from "./clock.js";
import { language, loadMessages } from "./i18n.js";
import { startLive } from "./live.js";
import { startRouter } from "./router.js";
import { findMe, me } from "./session.js";
import { Shell } from "./shell.js";

async function start() {
  document.documentElement.lang = language.value;
  startClock();
  startRouter();
  await Promise.all([loadMessages(["app", "errors", "kit", "nav", "words"]), findMe().catch(() => (me.value = null))]);
  startLive();
  effect(() => void (me.value?.agent_id && import("../pages/panel/install.js").then((desk) => desk.install())));
  effect(() => {
    document.title = me.value?.organization || "Helpline";
  });
  render(html`<${Shell} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
}

void start();
