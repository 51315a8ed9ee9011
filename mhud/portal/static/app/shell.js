import { html, useCallback, useEffect, useState } from "../vendor/kit.js";
import { Button } from "../kit/button.js";
import { Questions, confirm } from "../kit/dialog.js";
import { Notice } from "../kit/states.js";
import { Toasts } from "../kit/toast.js";
import { Navigation } from "./navigation.js";
import { Outlet, homePage } from "./outlet.js";
import { PAGES } from "./pages.js";
import { find, onLeaving, place } from "./router.js";
import { expired, me } from "./session.js";
import { SignIn, SignInAgain } from "./sign_in.js";
import { TopBar } from "./top_bar.js";
import { t } from "./i18n.js";
import { isOutdated } from "./version.js";

onLeaving((title) => confirm({ title, text: t("app.leave_text"), action: t("app.leave"), danger: true }));

/** What is around every page. */
export function Shell() {
  const [isOpen, setOpen] = useState(false);
  const found = find(PAGES, place.value.path);
  const close = useCallback(() => setOpen(false), []);
  useEffect(close, [place.value.path]);
  useEffect(() => {
    document.title = [titleOf(found?.page), me.value?.organization || "Helpline"].join(" – ");
  });
  if (found?.page.open) return html`<${Outlet} /><${Toasts} />`;
  if (!me.value) return html`<${SignIn} /><${Toasts} />`;
  const isBare = !!found?.page.bare;
  return html`<div class="shell ${isBare ? "shell-bare" : ""}">
    <a class="skip" href="#main" onClick=${toMain}>${t("app.skip")}</a>
    ${!isBare && html`<${TopBar} isOpen=${isOpen} onMenu=${() => setOpen(!isOpen)} />
      <${Navigation} isOpen=${isOpen} onClose=${close} />`}
    <main id="main" tabindex="-1" inert=${isOpen}><${Outdated} isBare=${isBare} /><${Outlet} /></main>
  </div>
  ${expired.value && html`<${SignInAgain} />`}<${Questions} /><${Toasts} />`;
}

/** A screen on the wall has nobody who reads it, and nothing that could be lost. @param {{isBare: boolean}} props */
function Outdated({ isBare }) {
  if (!isOutdated.value) return null;
  if (isBare) location.reload();
  return html`<${Notice} actions=${html`<${Button} onClick=${() => location.reload()}>${t("app.load_again")}<//>`}>${t("app.outdated")}<//>`;
}

/** What one reads on a tab, and hears first. @param {import("./router.js").Page | undefined} page */
function titleOf(page) {
  if (!me.value && !page?.open) return t("app.sign_in_title");
  const shown = place.value.path === "/" ? homePage() : page;
  return t(shown ? `nav.${shown.name}` : "app.no_page");
}

/** The address stays: it says which page this is. @param {Event} event */
function toMain(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
