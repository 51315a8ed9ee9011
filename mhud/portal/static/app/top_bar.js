import { html } from "../vendor/kit.js";
import { Badge } from "../kit/badge.js";
import { Button } from "../kit/button.js";
import { confirm } from "../kit/dialog.js";
import { Menu } from "../kit/menu.js";
import { useAction } from "../kit/use_action.js";
import { LANGUAGES, language, setLanguage, t } from "./i18n.js";
import { pbx, status } from "./live.js";
import { go, href, leavingQuestion } from "./router.js";
import { me, signOut } from "./session.js";
import { bar } from "./slots.js";
import { setTheme, theme } from "./theme.js";

/** @param {{isOpen: boolean, onMenu: () => void}} props of the navigation on a phone */
export function TopBar({ isOpen, onMenu }) {
  return html`<header class="bar">
    <${Button} kind="quiet" icon="menu" class="bar-menu" label=${t("app.menu")} aria-expanded=${isOpen}
      aria-controls="navigation" onClick=${onMenu} />
    <a class="bar-name" href=${href("/")}><bdi>${me.value?.organization || "Helpline"}</bdi></a>
    <${Line} />
    <div class="bar-slots">${bar.value.map((Slot) => html`<${Slot} />`)}</div>
    <${Taste} /><${Person} />
  </header>`;
}

/** Whether what is shown is what is. */
function Line() {
  if (status.value === "off") return null;
  const [tone, word] = status.value === "connecting" ? ["neutral", "connecting"]
    : status.value === "lost" ? ["warn", "lost"] : pbx.value ? ["good", "live"] : ["bad", "pbx"];
  return html`<span class="bar-line" role="status"><${Badge} tone=${tone} plain>${t(`app.line_${word}`)}<//></span>`;
}

/** Theme and language. */
export function Taste() {
  const themes = /** @type {const} */ (["system", "light", "dark"]).map((one) => ({
    label: t(`app.theme_${one}`), checked: theme.value === one, onClick: () => setTheme(one),
  }));
  const languages = Object.entries(LANGUAGES).map(([code, label]) => ({
    label, checked: language.value === code, onClick: () => void setLanguage(/** @type {any} */ (code)),
  }));
  return html`<${Menu} kind="quiet" icon="settings" label=${t("app.taste")} items=${[...themes, ...languages]} />`;
}

function Person() {
  const leave = useAction(async () => {
    const question = leavingQuestion();
    if (!question || (await confirm({ title: question, action: t("app.sign_out"), danger: true }))) await signOut();
  });
  return html`<${Menu} kind="quiet" icon="person" label=${t("app.account")} items=${[
    { label: t("nav.account"), icon: "person", onClick: () => go("/account") },
    { label: t("app.sign_out"), icon: "back", onClick: () => void leave.run() },
  ]}><bdi class="bar-person">${me.value?.name || me.value?.username}</bdi><//>`;
}
