import { signal } from "../vendor/kit.js";
import { recall, remember } from "./memory.js";

/** @typedef {"system" | "light" | "dark"} Theme */

/** The chosen one. @type {import("../vendor/kit.js").Signal<Theme>} */
export const theme = signal(/** @type {Theme} */ (recall("theme") ?? "system"));

/** @param {Theme} chosen */
export function setTheme(chosen) {
  theme.value = chosen;
  remember("theme", chosen === "system" ? null : chosen);
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}
