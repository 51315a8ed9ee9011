import { Conflict, html, useEffect, useForm, useRef, useState } from "../../kit/index.js";
import { isConflict } from "../../app/errors.js";

/**
 * A form about what somebody else may change meanwhile. Then what was not touched here becomes theirs, and of
 * what was, both versions are shown, and one is chosen.
 * @template {Record<string, any>} V
 * @param {{initial: V, etag: string | null, save: (values: V, etag: string | null, base: V) => Promise<unknown>,
 *   reread: () => Promise<{values: V, etag: string | null}>, check?: (values: V) => Record<string, string>}} what
 *   `base`: the values that were last read or saved, for who sends only what is another now
 */
export function useVersioned({ initial, etag, save, reread, check }) {
  const [theirs, setTheirs] = useState(/** @type {V | null} */ (null));
  const version = useRef(etag);
  const base = useRef(initial);
  useEffect(() => {
    version.current = etag;
  }, [etag]);
  const form = useForm(initial, async (values) => {
    try {
      await save(values, version.current, base.current);
      base.current = values;
      setTheirs(null);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const now = await reread();
      const untouched = Object.keys(values).filter((name) => isSame(values[name], base.current[name]));
      untouched.forEach((name) => form.set(name, now.values[name]));
      version.current = now.etag; // what is sent next is sent in sight of it
      base.current = now.values;
      setTheirs(now.values);
      throw error;
    }
  }, { check });
  const take = () => {
    if (theirs) form.reset(theirs);
    setTheirs(null);
  };
  return { form, theirs, take };
}

/** @param {any} one @param {any} other */
export const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** @param {{of: {form: import("../../kit/use_form.js").Form<any>, theirs: any, take: () => void}, labels: Record<string, string>,
 *   show?: (value: any, name: string) => any}} props `labels` of the fields by name */
export function Versions({ of, labels, show = String }) {
  if (!of.theirs) return null;
  const rows = Object.entries(labels).filter(([name]) => !isSame(of.form.values[name], of.theirs[name])).map(([name, label]) => ({ label, mine: show(of.form.values[name], name), theirs: show(of.theirs[name], name) }));
  return html`<${Conflict} rows=${rows} onMine=${() => void of.form.submit()} onTheirs=${of.take} />`;
}
