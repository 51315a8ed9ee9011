import { computed, signal } from "../vendor/kit.js";
import { recall, remember } from "./memory.js";

/** @typedef {"system" | "light" | "dark"} Theme */

/** The chosen one. @type {import("../vendor/kit.js").Signal<Theme>} */
export const theme = signal(/** @type {Theme} */ (recall("theme") ?? "system"));

const system = matchMedia("(prefers-color-scheme: dark)");
const isSystemDark = signal(system.matches);
system.addEventListener("change", () => (isSystemDark.value = system.matches));

/** What is seen now, for what is drawn in colors of its own: a chart. */
export const isDark = computed(() =>
  theme.value === "system" ? isSystemDark.value : theme.value === "dark");

/** @param {Theme} chosen */
export function setTheme(chosen) {
  theme.value = chosen;
  remember("theme", chosen === "system" ? null : chosen);
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}
