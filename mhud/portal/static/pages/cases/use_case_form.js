/**
 * A form about a case. It sends only what was changed in it, with the version that it began from;
 * where somebody else was faster, it fetches what stands there now.
 */
import { isConflict } from "../../app/errors.js";
import { useForm, useRef, useState } from "../../kit/index.js";
import { changeCase, readCase } from "./case_api.js";

/**
 * @typedef {import("./case_api.js").Found} Found
 * @typedef {import("./case_api.js").Case} Case
 */

/**
 * @template {Record<string, any>} V
 * @param {object} about
 * @param {Found} about.found
 * @param {(one: Case) => V} about.valuesOf what the form shows of a case
 * @param {(changed: Partial<V>) => object} about.bodyOf what is sent of what was changed
 * @param {() => void} about.onSaved
 * @param {(values: V, key: string) => Promise<unknown>} [about.before] sent first; must bear repetition
 * @param {(values: V) => Record<string, string>} [about.check]
 */
export function useCaseForm({ found, valuesOf, bodyOf, onSaved, before, check }) {
  const base = useRef({ etag: found.etag, values: valuesOf(found.case) });
  const [theirs, setTheirs] = useState(/** @type {Found | null} */ (null));
  const send = async (/** @type {V} */ values, /** @type {string} */ key) => {
    await before?.(values, key);
    const body = bodyOf(changedOf(base.current.values, values));
    try {
      if (Object.keys(body).length) await changeCase(found.case.id, body, base.current.etag);
    } catch (error) {
      if (isConflict(error)) setTheirs(await readCase(found.case.id));
      throw error;
    }
    setTheirs(null);
    onSaved();
  };
  const form = useForm(base.current.values, send, { check });
  const keepMine = () => {
    if (theirs) base.current = { ...base.current, etag: theirs.etag };
    return form.submit();
  };
  const takeTheirs = () => {
    if (!theirs) return;
    base.current = { etag: theirs.etag, values: valuesOf(theirs.case) };
    form.reset(base.current.values);
    setTheirs(null);
  };
  return { form, theirs, keepMine, takeTheirs, begun: base.current.values };
}

/** @template {Record<string, any>} V @param {V} before @param {V} after @returns {Partial<V>} */
const changedOf = (before, after) =>
  /** @type {Partial<V>} */ (Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== before[name])));
