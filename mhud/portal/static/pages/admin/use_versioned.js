import { Conflict, html, useEffect, useForm, useRef, useState } from "../../kit/index.js";
import { isConflict } from "../../app/errors.js";

/**
 * A form about what somebody else may change meanwhile: then both versions are shown, and one is chosen.
 * @template {Record<string, any>} V
 * @param {{initial: V, etag: string | null, save: (values: V, etag: string | null) => Promise<unknown>,
 *   reread: () => Promise<{values: V, etag: string | null}>, check?: (values: V) => Record<string, string>}} what
 */
export function useVersioned({ initial, etag, save, reread, check }) {
  const [theirs, setTheirs] = useState(/** @type {V | null} */ (null));
  const version = useRef(etag);
  useEffect(() => {
    version.current = etag;
  }, [etag]);
  const form = useForm(initial, async (values) => {
    try {
      await save(values, version.current);
      setTheirs(null);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const now = await reread();
      version.current = now.etag; // what is sent next is sent in sight of it
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

/** @param {{of: {form: import("../../kit/use_form.js").Form<any>, theirs: any, take: () => void}, labels: Record<string, string>,
 *   show?: (value: any, name: string) => any}} props `labels` of the fields by name */
export function Versions({ of, labels, show = String }) {
  if (!of.theirs) return null;
  const rows = Object.entries(labels).map(([name, label]) => ({ label, mine: show(of.form.values[name], name), theirs: show(of.theirs[name], name) }));
  return html`<${Conflict} rows=${rows} onMine=${() => void of.form.submit()} onTheirs=${of.take} />`;
}
