import { html, useEffect, useRef } from "../vendor/kit.js";
import { Icon } from "../kit/icon.js";
import { t } from "./i18n.js";
import { homePage } from "./outlet.js";
import { PAGES } from "./pages.js";
import { isFor } from "./rights.js";
import { href, place } from "./router.js";

const GROUPS = /** @type {const} */ (["work", "watch", "manage", "integrations"]);

const WIDE = matchMedia("(min-width: 901px)"); // there it always stands beside the page: shell.css

/** @param {{isOpen: boolean, onClose: () => void}} props on a narrow screen it opens over the page */
export function Navigation({ isOpen, onClose }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => (isOpen && box.current ? over(box.current, onClose) : undefined), [isOpen]);
  return html`<nav id="navigation" ref=${box} class="nav ${isOpen ? "nav-open" : ""}" aria-label=${t("app.navigation")}>
    ${GROUPS.map((group) => html`<${Group} key=${group} group=${group} onClose=${onClose} />`)}</nav>`;
}

/** While it lies over the page: it begins with where one is, and Escape or a click beside it close it.
 * @param {HTMLElement} box @param {() => void} close @returns {() => void} what ends it */
function over(box, close) {
  const button = document.activeElement;
  /** @type {HTMLElement | null} */ (box.querySelector("[aria-current], a"))?.focus();
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    close();
    if (button instanceof HTMLElement) button.focus();
  };
  const onPointer = (/** @type {Event} */ { target }) => {
    const isMine = target instanceof Element && target.closest(".nav, .bar-menu");
    if (!isMine) close();
  };
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("pointerdown", onPointer);
  WIDE.addEventListener("change", close);
  return () => {
    document.removeEventListener("keydown", onKeyDown);
    document.removeEventListener("pointerdown", onPointer);
    WIDE.removeEventListener("change", close);
  };
}

/** A link to where one is leads nowhere, and closes it all the same. @param {{group: string, onClose: () => void}} props */
function Group({ group, onClose }) {
  const pages = PAGES.filter((page) => page.group === group && isFor(page));
  if (!pages.length) return null;
  return html`<div class="nav-group"><h2>${t(`nav.${group}`)}</h2><ul>
    ${pages.map((page) => html`<li key=${page.path}><a href=${href(page.path)} onClick=${onClose} aria-current=${isHere(page) ? "page" : undefined}>
      <${Icon} name=${page.icon ?? "file"} />${t(`nav.${page.name}`)}</a></li>`)}</ul></div>`;
}

/** A case's page belongs to the list of cases. @param {import("./router.js").Page} page */
function isHere(page) {
  const path = place.value.path === "/" ? homePage().path : place.value.path;
  return path === page.path || path.startsWith(page.path + "/");
}
