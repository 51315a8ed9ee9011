import { useEffect, useRef, useState } from "../vendor/kit.js";
import { newKey } from "../app/api.js";
import { ApiError, isAnother, isConflict, say } from "../app/errors.js";
import { t } from "../app/i18n.js";
import { guardLeaving } from "../app/router.js";

/**
 * The state of a form: values, what is wrong with them, and sending them.
 *
 * @template {Record<string, any>} V
 * @typedef {object} Form
 * @property {V} values
 * @property {<K extends keyof V>(name: K, value: V[K]) => void} set
 * @property {(values: V) => void} reset they are what is saved now
 * @property {<K extends keyof V & string>(name: K) => {name: K, value: V[K], error: string | undefined,
 *   onInput: (value: any) => void}} field for a field of the kit: `...${form.field("name")}`
 * @property {Record<string, string>} errors by field
 * @property {string} problem what is wrong with the whole; ""
 * @property {boolean} busy
 * @property {boolean} isDirty something is not saved
 * @property {boolean} isConflict somebody else changed it meanwhile (412): show both, see kit Conflict
 * @property {(event?: Event) => Promise<boolean>} submit for `<form onSubmit>`
 */

/**
 * @template {Record<string, any>} V
 * @param {V} initial
 * @param {(values: V, key: string) => Promise<unknown>} send raises ApiError: its fields are shown
 *   at the fields; `key`: for `key` of `post`, the same until it succeeded
 * @param {{check?: (values: V) => Record<string, string | undefined>, guard?: boolean}} [options] `check`: wrong
 *   fields before anything is sent; `guard`: ask before the page is left unsaved
 * @returns {Form<V>}
 */
export function useForm(initial, send, { check, guard = true } = {}) {
  const [values, setValues] = useState(initial);
  const saved = useRef(initial);
  const key = useRef(newKey());
  const [state, setState] = useState({ busy: false, error: /** @type {unknown} */ (null), wrong: /** @type {Record<string, string>} */ ({}) });
  const isDirty = Object.keys(values).some((name) => values[name] !== saved.current[name]);
  const dirty = useRef(isDirty);
  dirty.current = isDirty && guard;
  useEffect(() => guardLeaving(() => (dirty.current ? t("kit.unsaved") : null)), []);

  const submit = async (/** @type {Event | undefined} */ event) => {
    event?.preventDefault();
    if (state.busy) return false;
    const wrong = onlyWords(check?.(values) ?? {});
    if (Object.keys(wrong).length) {
      setState({ busy: false, error: null, wrong });
      focusFirst(event);
      return false;
    }
    setState({ busy: true, error: null, wrong: {} });
    const error = await send(values, key.current).then(() => null, (why) => why);
    setState({ busy: false, error, wrong: error instanceof ApiError ? error.fields : {} });
    if (isAnother(error) || isConflict(error)) key.current = newKey(); // he is told, and may send it all the same
    if (error) return false;
    saved.current = values;
    dirty.current = false; // at once: the page may be left before it is drawn again
    key.current = newKey();
    return true;
  };
  const set = (/** @type {keyof V} */ name, /** @type {any} */ value) => {
    setValues((old) => ({ ...old, [name]: value }));
    setState((old) => (old.wrong[String(name)] ? { ...old, wrong: without(old.wrong, String(name)) } : old));
  };
  return {
    values, set, submit, isDirty, errors: state.wrong, busy: state.busy,
    problem: problemOf(state.error, values), isConflict: isConflict(state.error),
    reset: (next) => {
      saved.current = next;
      dirty.current = false;
      setValues(next);
      setState({ busy: false, error: null, wrong: {} });
    },
    field: (name) => ({
      name, value: values[name], error: state.wrong[name], onInput: (/** @type {any} */ value) => set(name, value),
    }),
  };
}

/** @param {Record<string, string | undefined>} fields @returns {Record<string, string>} */
const onlyWords = (fields) =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, why]) => (why ? [[name, why]] : [])));

/** @param {Record<string, string>} from @param {string} name */
const without = (from, name) => Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));

/** What no field shows. @param {unknown} error @param {Record<string, any>} values */
function problemOf(error, values) {
  if (!error || isConflict(error)) return "";
  const fields = error instanceof ApiError ? Object.keys(error.fields) : [];
  return fields.length && fields.every((name) => name in values) ? "" : say(error);
}

/** @param {Event | undefined} event */
function focusFirst(event) {
  const form = event?.currentTarget;
  if (!(form instanceof HTMLElement)) return;
  requestAnimationFrame(() => /** @type {HTMLElement | null} */ (form.querySelector("[aria-invalid]"))?.focus());
}
