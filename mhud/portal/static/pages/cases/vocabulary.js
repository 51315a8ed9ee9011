/** The words of a case that have a fixed list, as the API has them. */
import { wordOf } from "../../kit/index.js";

export { STATUSES } from "./narrowing.js";
export const PRIORITIES = ["low", "medium", "high", "critical"];
export const GENDERS = ["female", "male", "other", "unknown"];

/** For a select. @param {string} kind of messages/words @param {string[]} words */
export const optionsOf = (kind, words) => words.map((value) => ({ value, label: wordOf(kind, value) }));
