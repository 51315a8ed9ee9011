/** Two windows with one form. Pure. */

/** @typedef {import("./values.js").Values} Values */

/** @param {unknown} a @param {unknown} b */
export const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** One form that was written on in two windows. What only one of them changed is as he left it.
 * @param {Values} base what both had seen @param {Values} mine @param {Values} theirs
 * @returns {{values: Values, clashes: (keyof Values)[]}} `clashes`: what both changed; in `values` it is mine */
export function merge(base, mine, theirs) {
  const names = /** @type {(keyof Values)[]} */ (Object.keys(base)).filter((name) => name !== "keys" && name !== "made");
  const changed = names.filter((name) => !isSame(mine[name], base[name]));
  const clashes = changed.filter((name) => !isSame(theirs[name], base[name]) && !isSame(theirs[name], mine[name]));
  const own = Object.fromEntries(changed.map((name) => [name, mine[name]]));
  const both = { keys: { ...theirs.keys, ...mine.keys }, made: { ...theirs.made, ...mine.made } };
  return { values: { ...theirs, ...own, ...both }, clashes };
}
