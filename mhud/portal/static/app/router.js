/** Addresses like `#/cases/12?status=open`, so that a reload and a link lead to the same place. */
import { signal } from "../vendor/kit.js";
import { withQuery } from "./api.js";

/**
 * @typedef {object} Page
 * @property {string} path such as "/cases/:id"
 * @property {string} name of its texts' key `nav.<name>`, and of the place in the navigation
 * @property {() => Promise<{default: import("../vendor/kit.js").ComponentType<any>}>} load
 *   the component gets `params` (of the path) and `query`
 * @property {string[]} rights one of them is needed; none: everybody
 * @property {string[]} messages whose texts it uses: ["cases"] is messages/<language>/cases.js
 * @property {"work" | "watch" | "manage" | "integrations"} [group] shown in the navigation, there
 * @property {string} [icon] of the kit
 * @property {boolean} [bare] without navigation: a TV
 * @property {boolean} [open] for who is not signed in
 * @property {boolean} [phone] shown in the navigation to who has one
 *
 * @typedef {{path: string, query: Record<string, string>}} Place
 */

/** Where we are. @type {import("../vendor/kit.js").Signal<Place>} */
export const place = signal(read());

function read() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  return { path: path || "/", query: Object.fromEntries(new URLSearchParams(query)) };
}

/** For `<a href>`. @param {string} path @param {Record<string, unknown>} [query] */
export const href = (path, query) => "#" + withQuery(path, query);

/** @param {string} path @param {Record<string, unknown>} [query] */
export function go(path, query) {
  location.hash = href(path, query);
}

/** Other filters of the same page: reload and back keep them. No new step for "back".
 * @param {Record<string, unknown>} query whole */
export function setQuery(query) {
  history.replaceState(null, "", href(place.peek().path, query));
  place.value = read();
}

/** The page of a path, with what stands in place of `:id`.
 * @param {Page[]} pages @param {string} path */
export function find(pages, path) {
  for (const page of pages) {
    const params = match(page.path, path);
    if (params) return { page, params };
  }
  return null;
}

/** @param {string} pattern @param {string} path @returns {Record<string, string> | null} */
export function match(pattern, path) {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return null;
  const isSame = wanted.every((part, n) => (part.startsWith(":") ? given[n] !== "" : part === given[n]));
  if (!isSame) return null;
  const named = wanted.map((part, n) => [part.slice(1), given[n], part.startsWith(":")]);
  return Object.fromEntries(named.filter((n) => n[2]).map(([name, value]) => [name, decode(String(value))]));
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @type {Map<() => string | null, boolean>} and whether it is only asked before all pages are left */
const guards = new Map();

/** While a form holds what is not saved: the question to ask before the page is left, else null.
 * Returns what ends it. @param {() => string | null} ask
 * @param {{forGood?: boolean}} [options] `forGood`: what goes on as long as some page of ours is there, such as a call, is
 *   asked about only before one signs out or closes the window */
export function guardLeaving(ask, { forGood = false } = {}) {
  guards.set(ask, forGood);
  return () => guards.delete(ask);
}

/** The first question that must be answered before leaving. @param {{forGood?: boolean}} [options] */
export const leavingQuestion = ({ forGood = true } = {}) =>
  [...guards].filter(([, only]) => forGood || !only).map(([ask]) => ask()).find(Boolean) ?? null;

/** Nothing is asked any more: it is sent, or given up. */
export const stopGuarding = () => guards.clear();

/** Nothing is asked any more on this page; of what goes on beyond it, still. */
function stopGuardingPage() {
  for (const [ask, only] of guards) if (!only) guards.delete(ask);
}

/** @type {(question: string) => Promise<boolean>} */
let askToLeave = async () => true;

/** Who asks it. @param {(question: string) => Promise<boolean>} ask */
export function onLeaving(ask) {
  askToLeave = ask;
}

/** What is not saved is not left without asking: the address goes back until there is an answer.
 * @param {HashChangeEvent} event */
async function move(event) {
  const question = read().path !== place.peek().path && leavingQuestion({ forGood: false });
  if (question) {
    history.replaceState(null, "", new URL(event.oldURL).hash);
    if (!(await askToLeave(question))) return;
    stopGuardingPage();
    history.pushState(null, "", new URL(event.newURL).hash);
  }
  place.value = read();
}

export function startRouter() {
  addEventListener("hashchange", (event) => void move(event));
  addEventListener("beforeunload", (event) => {
    if (leavingQuestion()) event.preventDefault();
  });
}
