import { html, useEffect, useState } from "../vendor/kit.js";
import { Questions, confirm } from "../kit/dialog.js";
import { Toasts } from "../kit/toast.js";
import { Navigation } from "./navigation.js";
import { Outlet } from "./outlet.js";
import { PAGES } from "./pages.js";
import { find, onLeaving, place } from "./router.js";
import { expired, me } from "./session.js";
import { SignIn, SignInAgain } from "./sign_in.js";
import { TopBar } from "./top_bar.js";
import { t } from "./i18n.js";

onLeaving((title) => confirm({ title, text: t("app.leave_text"), action: t("app.leave"), danger: true }));

/** What is around every page. */
export function Shell() {
  const [isOpen, setOpen] = useState(false);
  const found = find(PAGES, place.value.path);
  useEffect(() => setOpen(false), [place.value.path]);
  if (found?.page.open) return html`<${Outlet} /><${Toasts} />`;
  if (!me.value) return html`<${SignIn} /><${Toasts} />`;
  const isBare = !!found?.page.bare;
  return html`<div class="shell ${isBare ? "shell-bare" : ""}">
    <a class="skip" href="#main" onClick=${toMain}>${t("app.skip")}</a>
    ${!isBare && html`<${TopBar} isOpen=${isOpen} onMenu=${() => setOpen(!isOpen)} />
      <${Navigation} isOpen=${isOpen} />`}
    <main id="main" tabindex="-1"><${Outlet} /></main>
  </div>
  ${expired.value && html`<${SignInAgain} />`}<${Questions} /><${Toasts} />`;
}

/** The address stays: it says which page this is. @param {Event} event */
function toMain(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
