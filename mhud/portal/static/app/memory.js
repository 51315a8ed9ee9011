/** What this browser remembers of the person's taste: never anything personal. */

/** @typedef {"theme" | "language" | "sound.help"} Kept */

/** @param {Kept} name @returns {string | null} */
export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // switched off
  }
}

/** Null forgets. @param {Kept} name @param {string | null} value */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Switched off: it holds until the page is left.
  }
}
