/** The page that the address names, with its texts; nothing of it is loaded before. */
import { html, useEffect, useRef, useState } from "../vendor/kit.js";
import { ButtonLink } from "../kit/button.js";
import { PageHead } from "../kit/layout.js";
import { Empty, Failed, Loading } from "../kit/states.js";
import { ApiError } from "./errors.js";
import { awaitHeading } from "./focus.js";
import { loadMessages, t } from "./i18n.js";
import { PAGES } from "./pages.js";
import { isFor, mayAny } from "./rights.js";
import { find, href, place } from "./router.js";

/** The first that he may see. */
export const homePage = () =>
  PAGES.find((page) => page.group && !page.path.includes(":") && isFor(page)) ?? PAGES[0];

export function Outlet() {
  const path = place.value.path === "/" ? homePage().path : place.value.path;
  const found = find(PAGES, path);
  const page = found?.page;
  const [loaded, setLoaded] = useState(/** @type {any} */ (null));
  const isFirst = useRef(true);
  useEffect(() => {
    if (!page) return undefined;
    let isLeft = false;
    void bring(page).then((one) => isLeft || setLoaded(one)); // one that was left may come last
    window.scrollTo(0, 0);
    return () => {
      isLeft = true;
    };
  }, [page]);
  useEffect(() => {
    if (!isFirst.current) awaitHeading();
    isFirst.current = false;
  }, [path]);
  if (!found) return html`<${PageHead} title=${t("app.no_page")} /><${ButtonLink} href=${href("/")}>${t("app.home")}<//>`;
  const head = html`<${PageHead} title=${t(`nav.${found.page.name}`)} />`;
  if (!mayAny(found.page.rights)) return html`${head}<${Empty} icon="shield" title=${t("app.no_right")} />`;
  if (loaded?.page !== page) return html`<div data-coming>${head}<${Loading} rows=${6} /></div>`;
  if (loaded.error) return html`${head}<${Failed} error=${loaded.error} again=${() => location.reload()} />`;
  return html`<${loaded.component} key=${path} params=${found.params} query=${place.value.query} />`;
}

/** @param {import("./router.js").Page} page */
async function bring(page) {
  try {
    const [module] = await Promise.all([page.load(), loadMessages(page.messages)]);
    return { page, component: module.default };
  } catch (error) {
    console.error(error); // a bug, or the server is away, or another version by now
    return { page, error: new ApiError({ status: 0, code: "unloaded", message: "" }) };
  }
}
