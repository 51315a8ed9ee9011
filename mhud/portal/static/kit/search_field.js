import { html, useEffect, useRef, useState } from "../vendor/kit.js";
import { t } from "../app/i18n.js";
import { TextField } from "./field.js";

/** Tells what was typed 250 ms after the last letter, and at once on Enter.
 * @param {import("./field.js").FieldProps & {delay?: number} & Record<string, any>} props */
export function SearchField({ value = "", onInput, delay = 250, ...rest }) {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const hear = useRef(onInput);
  hear.current = onInput; // another filter may be chosen within the delay
  const tell = (/** @type {string} */ text) => {
    if (told.current === text) return;
    told.current = text;
    hear.current(text);
  };
  useEffect(() => {
    const timer = setTimeout(() => tell(typed), delay);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value; // its owner set it, such as by "show all"
    setTyped(value);
  }, [value]);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    tell(typed);
  };
  return html`<${TextField} type="search" placeholder=${t("kit.search")} ...${rest} value=${typed}
    onInput=${setTyped} onKeyDown=${onKeyDown} />`;
}
