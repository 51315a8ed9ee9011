import { useEffect, useRef } from "../vendor/kit.js";

/** The ref of a form in which one types at once: the first field that is empty has the focus. */
export function useFirstFocus() {
  const ref = useRef(/** @type {HTMLFormElement | null} */ (null));
  useEffect(() => {
    const fields = [.../** @type {NodeListOf<HTMLInputElement>} */ (ref.current?.querySelectorAll("input:not([hidden])") ?? [])];
    (fields.find((one) => !one.value) ?? fields[0])?.focus();
  }, []);
  return ref;
}
