/** What stays in the bar at the top on every page, such as an agent's status and his call. */
import { signal } from "../vendor/kit.js";

/** @type {import("../vendor/kit.js").Signal<import("../vendor/kit.js").ComponentType<{}>[]>} */
export const bar = signal([]);

/** @param {import("../vendor/kit.js").ComponentType<{}>} component without properties */
export function addToBar(component) {
  if (!bar.value.includes(component)) bar.value = [...bar.value, component];
}
