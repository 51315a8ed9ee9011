/**
 * A form about what others may change meanwhile. It sends only what was changed in it, with the
 * version that it began from; where somebody else was faster, it fetches what stands there now.
 */
import { isConflict } from "../../app/errors.js";
import { useForm, useRef, useState } from "../../kit/index.js";

/** @typedef {{item: any, etag: string | null}} Version */

/**
 * @template {Record<string, any>} V
 * @param {object} about
 * @param {Version} about.from
 * @param {() => Promise<Version>} about.read what stands there now
 * @param {(body: object, etag: string | null) => Promise<unknown>} about.save
 * @param {(item: any) => V} about.valuesOf what the form shows
 * @param {(changed: Partial<V>, values: V) => object} about.bodyOf what is sent of what was changed
 * @param {() => void} about.onSaved
 * @param {(values: V, key: string) => Promise<unknown>} [about.before] sent first; must bear repetition
 * @param {(values: V) => Record<string, string>} [about.check]
 */
export function useVersionedForm({ from, read, save, valuesOf, bodyOf, onSaved, before, check }) {
  const base = useRef({ ...from, values: valuesOf(from.item) });
  const [theirs, setTheirs] = useState(/** @type {Version | null} */ (null));
  const send = async (/** @type {V} */ values, /** @type {string} */ key) => {
    await before?.(values, key);
    const body = bodyOf(changedOf(base.current.values, values), values);
    try {
      if (Object.keys(body).length) await save(body, base.current.etag);
    } catch (error) {
      if (isConflict(error)) setTheirs(await read());
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
    base.current = { ...theirs, values: valuesOf(theirs.item) };
    form.reset(base.current.values);
    setTheirs(null);
  };
  return { form, theirs, keepMine, takeTheirs, begun: base.current.values, was: base.current.item };
}

/** @template {Record<string, any>} V @param {V} before @param {V} after @returns {Partial<V>} */
const changedOf = (before, after) =>
  /** @type {Partial<V>} */ (Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== before[name])));
