/** What fields offer: read once, and again if that failed. */
import { get } from "../../app/api.js";
import { useLoad } from "../../kit/index.js";

/** @type {Map<string, Promise<any>>} */
const read = new Map();

/** @param {string} path of an OpenCHS list */
function once(path) {
  const known = read.get(path);
  if (known) return known;
  const asked = get(path).then((found) => found.data);
  read.set(path, asked);
  asked.catch(() => read.delete(path));
  return asked;
}

/** @typedef {{code: string, name: string, parent: string | null}} Category */
/** @returns {import("../../kit/use_load.js").Load<Category[]>} */
export const useCategories = () => useLoad(() => once("/helpline/api/categories"), []);

/** @typedef {{id: number, code: string, name: string, category: string}} Disposition */
/** @returns {import("../../kit/use_load.js").Load<Disposition[]>} */
export const useDispositions = () => useLoad(() => once("/helpline/api/dispositions"), []);
