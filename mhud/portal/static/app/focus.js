/**
 * Where who sees no page is on it: after a way to another page at its heading, and where a control
 * goes that had the focus, at the heading of what it was in. Never at the page's very beginning.
 */
const PARTS = "dialog, section, nav, main";
const HEADING = "h1:not([data-coming] *)"; // what stands there until the page has come passes

/** @type {Element[]} what had the focus, and all around it, from within */
let trail = [];
let isAwaited = false; // another page's heading
let isAsked = false; // to look, at the next frame

/** Another page comes: its heading gets the focus as soon as it is there. */
export function awaitHeading() {
  const main = document.getElementById("main");
  const { activeElement } = document;
  if (activeElement !== main && main?.contains(activeElement)) return; // the page has put it somewhere itself
  rest(main?.querySelector(HEADING), main);
}

/** Called once, at the start. */
export function startFocus() {
  const here = () => (trail = around(document.activeElement));
  document.addEventListener("focusin", here);
  document.addEventListener("pointerup", here); // a click on nothing leaves it on purpose
  new MutationObserver(lookSoon).observe(document.body, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["disabled", "hidden", "inert", "open"],
  });
}

/** What has the focus now, and all around it: for `giveBack`. */
export const keepPlace = () => around(document.activeElement);

/** To what had it, or where that is gone meanwhile, near it. @param {Element[]} place of `keepPlace` */
export function giveBack(place) {
  trail = place;
  const [before] = place;
  if (before instanceof HTMLElement && isUsable(before)) before.focus();
  else lookSoon(); // what comes in its place is not there yet
}

/** Once it is settled what is there: an element that is drawn anew may take the focus itself. */
function lookSoon() {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    look();
  });
}

function look() {
  const main = document.getElementById("main");
  if (!isNowhere(main)) isAwaited = false;
  else if (isAwaited) rest(main?.querySelector(HEADING), main);
  else if (trail.length && !isUsable(trail[0])) rest(near() ?? main?.querySelector(HEADING), main);
}

/** @param {HTMLElement | null} main it is only there for want of anything better */
function isNowhere(main) {
  const { activeElement, body } = document;
  return !activeElement || activeElement === body || (isAwaited && activeElement === main) || !isUsable(activeElement);
}

/** @param {HTMLElement | null | undefined} heading @param {HTMLElement | null} main until there is one */
function rest(heading, main) {
  isAwaited = !heading;
  const at = heading ?? main;
  if (!at || at === document.activeElement) return;
  at.tabIndex = -1;
  at.focus();
}

/** The heading of the innermost part that is left. @returns {HTMLElement | null} */
function near() {
  for (const one of trail) {
    const heading = one.isConnected && one.matches(PARTS) ? one.querySelector("h1, h2, h3") : null;
    if (heading instanceof HTMLElement && isUsable(heading)) return heading;
  }
  return null;
}

/** @param {Element} one */
const isUsable = (one) => one.isConnected && one.checkVisibility() && !one.matches(":disabled, [inert] *");

/** @param {Element | null} one @returns {Element[]} */
function around(one) {
  const all = [];
  for (let at = one; at && at !== document.body; at = at.parentElement) all.push(at);
  return all;
}
