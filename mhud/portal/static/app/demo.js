/** A demo says that it is one, and lets anybody in: nothing in it is anybody's. */
import { html } from "../vendor/kit.js";
import { Button } from "../kit/button.js";
import { useAction } from "../kit/use_action.js";
import { post } from "./api.js";
import { t } from "./i18n.js";
import { findMe } from "./session.js";

const isDemo = () => !!document.getElementById("outbox");

/** Below the ways to sign in. */
export function Demo() {
  const enter = useAction(async () => {
    await post("/docs/sign-in", undefined, { anonymous: true });
    await findMe();
  });
  if (!isDemo()) return null;
  return html`<section class="sign-in-demo"><p>${t("app.demo")} <a href="/outbox">${t("app.demo_outbox")}</a>.</p>
    <${Button} class="wide" busy=${enter.busy} onClick=${() => enter.run()}>${t("app.demo_enter")}<//></section>`;
}
