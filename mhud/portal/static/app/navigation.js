import { html } from "../vendor/kit.js";
import { Icon } from "../kit/icon.js";
import { t } from "./i18n.js";
import { homePage } from "./outlet.js";
import { PAGES } from "./pages.js";
import { isFor } from "./rights.js";
import { href, place } from "./router.js";

const GROUPS = /** @type {const} */ (["work", "watch", "manage", "integrations"]);

/** @param {{isOpen: boolean}} props on a phone it opens over the page */
export function Navigation({ isOpen }) {
  return html`<nav id="navigation" class="nav ${isOpen ? "nav-open" : ""}" aria-label=${t("app.navigation")}>
    ${GROUPS.map((group) => html`<${Group} key=${group} group=${group} />`)}</nav>`;
}

/** @param {{group: string}} props */
function Group({ group }) {
  const pages = PAGES.filter((page) => page.group === group && isFor(page));
  if (!pages.length) return null;
  return html`<div class="nav-group"><h2>${t(`nav.${group}`)}</h2><ul>
    ${pages.map((page) => html`<li key=${page.path}><a href=${href(page.path)} aria-current=${isHere(page) ? "page" : undefined}>
      <${Icon} name=${page.icon ?? "file"} />${t(`nav.${page.name}`)}</a></li>`)}</ul></div>`;
}

/** A case's page belongs to the list of cases. @param {import("./router.js").Page} page */
function isHere(page) {
  const path = place.value.path === "/" ? homePage().path : place.value.path;
  return path === page.path || path.startsWith(page.path + "/");
}
