/** The page that the address names, with its texts; nothing of it is loaded before. */
import { html, useEffect, useState } from "../vendor/kit.js";
import { ButtonLink } from "../kit/button.js";
import { Empty, Failed, Loading } from "../kit/states.js";
import { hasText, loadMessages, t } from "./i18n.js";
import { PAGES } from "./pages.js";
import { isFor, mayAny } from "./rights.js";
import { find, href, place } from "./router.js";
import { me } from "./session.js";

/** The first that he may see. */
export const homePage = () =>
  PAGES.find((page) => page.group && !page.path.includes(":") && isFor(page)) ?? PAGES[0];

export function Outlet() {
  const path = place.value.path === "/" ? homePage().path : place.value.path;
  const found = find(PAGES, path);
  const page = found?.page;
  const [loaded, setLoaded] = useState(/** @type {any} */ (null));
  useEffect(() => {
    if (page) void bring(page).then(setLoaded);
    if (page) window.scrollTo(0, 0);
  }, [page]);
  useEffect(() => {
    if (page) document.title = [titleOf(page.name), me.value?.organization].filter(Boolean).join(" – ");
  }, [page, loaded]);
  if (!found) return html`<${Empty} title=${t("app.no_page")}><${ButtonLink} href=${href("/")}>${t("app.home")}<//><//>`;
  if (!mayAny(found.page.rights)) return html`<${Empty} icon="shield" title=${t("app.no_right")} />`;
  if (loaded?.page !== page) return html`<${Loading} rows=${6} />`;
  if (loaded.error) return html`<${Failed} error=${loaded.error} again=${() => location.reload()} />`;
  return html`<${loaded.component} key=${path} params=${found.params} query=${place.value.query} />`;
}

/** @param {string} name */
const titleOf = (name) => (hasText(`nav.${name}`) ? t(`nav.${name}`) : "");

/** @param {import("./router.js").Page} page */
async function bring(page) {
  try {
    const [module] = await Promise.all([page.load(), loadMessages(page.messages)]);
    return { page, component: module.default };
  } catch (error) {
    console.error(error); // a page that can't be loaded is a bug, or the server is away
    return { page, error };
  }
}
