/** The words of a case that have a fixed list, as the API has them. */
import { wordOf } from "../../kit/index.js";

export const STATUSES = ["open", "assigned", "in_progress", "resolved", "closed"];
export const PRIORITIES = ["low", "medium", "high", "critical"];
export const GENDERS = ["female", "male", "other", "unknown"];

/** For a select. @param {string} kind of messages/words @param {string[]} words */
export const optionsOf = (kind, words) => words.map((value) => ({ value, label: wordOf(kind, value) }));

/** Forward, steps may be skipped; what is done may be taken up again. @param {string} status */
export function mayBecome(status) {
  const forward = STATUSES.slice(STATUSES.indexOf(status) + 1);
  return status === "resolved" || status === "closed" ? ["in_progress", ...forward] : forward;
}
