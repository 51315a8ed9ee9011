/** What was typed and chosen, as the API wants it. */

/** The last word may be half typed. What ends in anything but a letter or a digit, or holds quotes or
 * stars, is meant as it stands. @param {string} text */
export const typed = (text) => (/["*]|[^\p{L}\p{M}\p{N}]$/u.test(text.trim()) ? text : `${text.trim()}*`);

const LAST = Date.UTC(9999, 11, 31);

/** A last day belongs to the list whole, and the API leaves out what it is told. What is no day of four
 * figures for the year, as fields and addresses may hold it, stays: the API says so.
 * @param {string} day such as "2025-03-07" */
export function dayAfter(day) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.getTime() <= LAST ? date.toISOString().slice(0, 10) : day;
}

export const STATUSES = ["open", "assigned", "in_progress", "resolved", "closed"];

/** Forward, steps may be skipped; what is done may be taken up again. @param {string} status */
export function mayBecome(status) {
  const forward = STATUSES.slice(STATUSES.indexOf(status) + 1);
  return status === "resolved" || status === "closed" ? ["in_progress", ...forward] : forward;
}
