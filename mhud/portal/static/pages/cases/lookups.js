/** What lists and forms of cases need beside the cases: categories, people. */
import { get } from "../../app/api.js";
import { may } from "../../app/rights.js";
import { Failed, html, useLoad } from "../../kit/index.js";

/** Where a form offers what could not be read, it says so: it looks as if there were nothing to choose.
 * @param {{of: {found: import("../../kit/use_load.js").Load<any>}}} props */
export function Unread({ of: { found } }) {
  return found.data === undefined && !!found.error && html`<${Failed} error=${found.error} again=${found.again} compact />`;
}

/**
 * @typedef {{code: string, name: string, parent: string | null, is_active: boolean}} Category
 * @typedef {{found: import("../../kit/use_load.js").Load<any>, all: Category[], nameOf: (code: string | null) => string | null,
 *   options: (parent: string | null, kept?: string) => import("../../kit/field.js").Option[]}} Categories
 */

/** An inactive one is only offered where it is kept. @returns {Categories} */
export function useCategories() {
  const found = useLoad((signal) => get("/helpline/api/categories", { include_inactive: true }, { signal }), []);
  /** @type {Category[]} */
  const all = found.data?.data ?? [];
  return {
    found, all,
    nameOf: (code) => all.find((one) => one.code === code)?.name ?? (found.busy ? "" : code), // no code first, then a name
    options: (parent, kept) =>
      all
        .filter((one) => one.parent === parent && (one.is_active || one.code === kept))
        .map((one) => ({ value: one.code, label: one.name })),
  };
}

/** What came of a contact; an inactive one has its name, and is not offered.
 * @returns {{found: import("../../kit/use_load.js").Load<any>, nameOf: (id: number | null) => string | null, options: import("../../kit/field.js").Option[]}} */
export function useOutcomes() {
  const found = useLoad((signal) => get("/helpline/api/dispositions", { include_inactive: true }, { signal }), []);
  /** @type {{id: number, name: string, is_active: boolean}[]} */
  const all = found.data?.data ?? [];
  return {
    found,
    nameOf: (id) => all.find((one) => one.id === id)?.name ?? null,
    options: all.filter((one) => one.is_active).map((one) => ({ value: String(one.id), label: one.name })),
  };
}

/**
 * @typedef {{found: import("../../kit/use_load.js").Load<any>, all: {id: number, username: string, name: string, role: string}[],
 *   nameOf: (id: number) => string | null}} People
 *   `nameOf` is null for who is not known here
 */

/** Whom a case may be given to; empty for who may give none. @returns {People} */
export function usePeople() {
  const isAllowed = may("assign_case");
  const found = useLoad(
    async (signal) => (isAllowed ? (await get("/helpline/api/assignees", {}, { signal })).data : []),
    [isAllowed],
  );
  const all = found.data ?? [];
  const nameOf = (/** @type {number} */ id) => {
    const one = all.find((/** @type {any} */ person) => person.id === id);
    return one ? one.name || one.username : null;
  };
  return { found, all, nameOf };
}
