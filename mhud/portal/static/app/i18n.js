/** Texts by key: "cases.title" is `title` in messages/<language>/cases.js. */
import { signal } from "../vendor/kit.js";
import { recall, remember } from "./memory.js";

/** @typedef {"en" | "sw"} Language */
/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Message plural forms by `{n}` */

/** Each in its own words. @type {Record<Language, string>} */
export const LANGUAGES = { en: "English", sw: "Kiswahili" };

/** The one in use. @type {import("../vendor/kit.js").Signal<Language>} */
export const language = signal(chosen());

/** @type {Record<string, Record<string, Message>>} by language and page: "en/cases" */
const known = {};
/** @type {Set<string>} */
const wanted = new Set();

/** Brings the texts of these pages; a page's own ones are there before it is shown.
 * @param {string[]} pages */
export async function loadMessages(pages) {
  pages.forEach((page) => wanted.add(page));
  await Promise.all(pages.map((page) => bring(language.value, page)));
}

/** @param {Language} next */
export async function setLanguage(next) {
  await Promise.all([...wanted].map((page) => bring(next, page)));
  remember("language", next);
  language.value = next;
  document.documentElement.lang = next;
}

/**
 * The text, with `{name}` filled in. A missing one is its key: ugly, and found by a test.
 * @param {string} key @param {Record<string, string | number>} [values] `n` chooses the plural
 */
export function t(key, values = {}) {
  const dot = key.indexOf(".");
  const message = known[`${language.value}/${key.slice(0, dot)}`]?.[key.slice(dot + 1)];
  if (message === undefined) return key;
  return fill(typeof message === "string" ? message : plural(message, Number(values.n)), values);
}

/** How dates and numbers are written: as in the person's own country, where he speaks this language. */
export const locale = () =>
  navigator.languages?.find((one) => one.startsWith(language.value)) ?? language.value;

/** Whether there is such a text. @param {string} key */
export const hasText = (key) => t(key) !== key;

/** @param {Exclude<Message, string>} forms @param {number} n */
const plural = (forms, n) =>
  forms[new Intl.PluralRules(language.value).select(n)] ?? forms.other ?? "";

/** @param {string} text @param {Record<string, string | number>} values */
const fill = (text, values) =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? value.toLocaleString(locale()) : value;
  });

/** @param {Language} of @param {string} page */
async function bring(of, page) {
  known[`${of}/${page}`] ??= (await import(`../messages/${of}/${page}.js`)).default;
}

/** @returns {Language} */
function chosen() {
  const kept = recall("language");
  const first = kept ?? navigator.languages?.map((one) => one.slice(0, 2)).find((l) => l in LANGUAGES);
  return first === "sw" ? "sw" : "en";
}
