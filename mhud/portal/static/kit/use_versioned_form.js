/**
 * A form about what others may change meanwhile. It sends only what was changed in it, with the
 * version that it began from. Where somebody else was faster, what was not touched here becomes
 * theirs, and of what was, both versions are shown (Versions) and one is chosen.
 */
import { useRef, useState } from "../vendor/kit.js";
import { isConflict } from "../app/errors.js";
import { useForm } from "./use_form.js";

/**
 * @typedef {{item: any, etag: string | null}} Version
 * @typedef {Version & {values: Record<string, any>}} Read with what the form shows of it
 */

/**
 * @template {Record<string, any>} V
 * @param {object} about
 * @param {Version} about.from
 * @param {() => Promise<Version>} about.read what stands there now
 * @param {(body: any, etag: string | null, key: string) => Promise<any>} about.save its `etag`, if
 *   it has one, is that of the next change; `key`: for `key` of `post`
 * @param {(item: any) => V} about.valuesOf what the form shows
 * @param {(changed: Partial<V>, values: V) => object} [about.bodyOf] what is sent of what was changed
 * @param {(saved: any) => void} about.onSaved with what `save` answered
 * @param {(values: V) => Record<string, string>} [about.check]
 */
export function useVersionedForm({ from, read, save, valuesOf, bodyOf = (changed) => changed, onSaved, check }) {
  const base = useRef(/** @type {Read & {values: V}} */ ({ ...from, values: valuesOf(from.item) }));
  const [met, setMet] = useState(/** @type {{before: Read, theirs: Read} | null} */ (null));
  const typed = useRef(base.current.values); // also what was typed since it was sent
  const meet = (/** @type {Version} */ now) => {
    const [before, theirs] = [base.current, { ...now, values: valuesOf(now.item) }];
    for (const name of Object.keys(typed.current)) if (isSame(typed.current[name], before.values[name])) form.set(name, theirs.values[name]);
    base.current = theirs; // what is sent next is sent in sight of it
    setMet({ before, theirs });
  };
  const send = async (/** @type {V} */ values, /** @type {string} */ key) => {
    const body = bodyOf(changedOf(base.current.values, values), values);
    try {
      const saved = Object.keys(body).length ? await save(body, base.current.etag, key) : base.current;
      base.current = { ...base.current, values, etag: saved?.etag ?? null };
      setMet(null);
      onSaved(saved);
    } catch (error) {
      if (isConflict(error)) meet(await read());
      throw error;
    }
  };
  const form = useForm(base.current.values, send, { check });
  typed.current = form.values;
  const takeTheirs = () => {
    if (met) form.reset(/** @type {V} */ (met.theirs.values));
    setMet(null);
  };
  return { form, met, takeTheirs };
}

/** @param {any} one @param {any} other */
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** @template {Record<string, any>} V @param {V} before @param {V} after @returns {Partial<V>} */
const changedOf = (before, after) =>
  /** @type {Partial<V>} */ (Object.fromEntries(Object.entries(after).filter(([name, value]) => !isSame(value, before[name]))));
