/** What the API refuses with a reason for programs, in the words of a page. */
import { ApiError } from "./errors.js";
import { hasText, t } from "./i18n.js";

/** @template T @param {Promise<T>} asked
 * @param {(error: ApiError) => string | null} wordsFor null: it says it in its own way @returns {Promise<T>} */
export async function inWords(asked, wordsFor) {
  try {
    return await asked;
  } catch (error) {
    const why = error instanceof ApiError ? wordsFor(error) : null;
    throw why ? new ApiError({ status: 409, code: "conflict", message: why, details: /** @type {ApiError} */ (error).details }) : error;
  }
}

/** @param {ApiError} error
 * @param {string[]} beginnings of keys, as "panel.why_": the first with a text for the reason holds @returns {string | null} */
export function whyOf(error, beginnings) {
  if (error.status !== 409 && error.status !== 504) return null;
  const key = beginnings.map((one) => `${one}${error.details?.reason}`).find(hasText);
  return key ? t(key) : null;
}
