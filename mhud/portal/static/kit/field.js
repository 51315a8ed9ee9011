import { html, useId } from "../vendor/kit.js";
import { Icon } from "./icon.js";

/**
 * @typedef {object} FieldProps what all fields share
 * @property {string} label always there; `hideLabel` shows it to screen readers only
 * @property {string} [hint]
 * @property {string} [error] why the value is not taken
 * @property {boolean} [required]
 * @property {boolean} [disabled]
 * @property {boolean} [hideLabel]
 * @property {string} [name]
 * @property {any} [value]
 * @property {(value: any) => void} onInput gets the value, not the event
 *
 * @typedef {{id: string, "aria-describedby": string | undefined, "aria-invalid": boolean | undefined,
 *   required: boolean, disabled: boolean, name?: string}} Bound
 */

/** Label, hint and error around any control; those below use it.
 * @param {Omit<FieldProps, "onInput"> & {children: (bound: Bound) => any, class?: string}} props */
export function Field({ label, hint, error, required = false, disabled = false, hideLabel = false, name, children, class: more = "" }) {
  const id = useId();
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const bound = { id, name, required, disabled, "aria-describedby": about, "aria-invalid": !!error || undefined };
  return html`<div class="field ${error ? "field-wrong" : ""} ${more}">
    <label for=${id} class="${hideLabel ? "hidden" : ""} ${required ? "field-must" : ""}">${label}</label>
    ${children(bound)}
    ${hint && html`<p class="field-hint" id="${id}-hint">${hint}</p>`}
    ${error && html`<p class="field-error" id="${id}-error"><${Icon} name="warning" size=${16} />${error}</p>`}
  </div>`;
}

/** @param {any} event */
const valueOf = (event) => event.currentTarget.value;

/** One line. `type`: text, email, tel, password, search, number, date, time, datetime-local, url.
 * @param {FieldProps & {type?: string, autocomplete?: string, inputmode?: string} & Record<string, any>} props */
export function TextField({ type = "text", value = "", onInput, label, hint, error, required, disabled, hideLabel, name, class: more, ...rest }) {
  const field = { label, hint, error, required, disabled, hideLabel, name, class: more };
  return html`<${Field} ...${field}>${(/** @type {Bound} */ bound) => html`<input ...${rest} ...${bound} type=${type}
    value=${value} dir=${type === "text" || type === "search" ? "auto" : undefined}
    onInput=${(/** @type {Event} */ event) => onInput(valueOf(event))} />`}<//>`;
}

/** Several lines; grows with what is in it. @param {FieldProps & {rows?: number} & Record<string, any>} props */
export function TextArea({ value = "", rows = 4, onInput, label, hint, error, required, disabled, hideLabel, name, class: more, ...rest }) {
  const field = { label, hint, error, required, disabled, hideLabel, name, class: more };
  return html`<${Field} ...${field}>${(/** @type {Bound} */ bound) => html`<textarea ...${rest} ...${bound} rows=${rows} dir="auto"
    value=${value} onInput=${(/** @type {Event} */ event) => onInput(valueOf(event))}></textarea>`}<//>`;
}

/** @typedef {{value: string, label: string, disabled?: boolean}} Option */

/** One of a few. `empty`: the words for none, whose value is "".
 * @param {FieldProps & {options: Option[], empty?: string} & Record<string, any>} props */
export function SelectField({ value = "", options, empty, onInput, label, hint, error, required, disabled, hideLabel, name, class: more, ...rest }) {
  const field = { label, hint, error, required, disabled, hideLabel, name, class: more };
  const all = empty === undefined ? options : [{ value: "", label: empty }, ...options];
  return html`<${Field} ...${field}>${(/** @type {Bound} */ bound) => html`<select ...${rest} ...${bound} value=${value}
    onChange=${(/** @type {Event} */ event) => onInput(valueOf(event))}>
    ${all.map((one) => html`<option key=${one.value} value=${one.value} disabled=${one.disabled}
      selected=${one.value === value}>${one.label}</option>`)}</select>`}<//>`;
}

/** Yes or no. `value` is a boolean. @param {FieldProps} props */
export function CheckField({ value = false, onInput, label, hint, error, disabled, name }) {
  const id = useId();
  return html`<div class="check ${error ? "field-wrong" : ""}">
    <input type="checkbox" id=${id} name=${name} checked=${value} disabled=${disabled}
      aria-describedby=${hint || error ? `${id}-hint` : undefined}
      onChange=${(/** @type {any} */ event) => onInput(event.currentTarget.checked)} />
    <label for=${id}>${label}</label>
    ${(hint || error) && html`<p class=${error ? "field-error" : "field-hint"} id="${id}-hint">${error ?? hint}</p>`}
  </div>`;
}

/** Some of several. `value`: a list of the chosen ones' values.
 * @param {FieldProps & {options: Option[]}} props */
export function ChecksField({ value = [], options, onInput, label, hint, error, disabled }) {
  const id = useId();
  const turn = (/** @type {string} */ one, /** @type {boolean} */ on) =>
    onInput(on ? [...value, one] : value.filter((/** @type {string} */ other) => other !== one));
  return html`<fieldset class="choices" disabled=${disabled} aria-describedby=${hint || error ? `${id}-hint` : undefined}>
    <legend>${label}</legend>
    <div class="choices-list">${options.map((one) => html`<${CheckField} key=${one.value} label=${one.label} disabled=${one.disabled}
      value=${value.includes(one.value)} onInput=${(/** @type {boolean} */ on) => turn(one.value, on)} />`)}</div>
    ${(hint || error) && html`<p class=${error ? "field-error" : "field-hint"} id="${id}-hint">${error ?? hint}</p>`}
  </fieldset>`;
}

/** One of a few, all seen. @param {FieldProps & {options: Option[]}} props */
export function RadioField({ value, options, onInput, label, hint, error, disabled, hideLabel }) {
  const id = useId();
  return html`<fieldset class="choices" disabled=${disabled} aria-describedby=${hint || error ? `${id}-hint` : undefined}>
    <legend class=${hideLabel ? "hidden" : ""}>${label}</legend>
    <div class="choices-row">${options.map((one) => html`<label key=${one.value} class="radio">
      <input type="radio" name=${id} value=${one.value} checked=${one.value === value} disabled=${one.disabled}
        onChange=${() => onInput(one.value)} /><span>${one.label}</span></label>`)}</div>
    ${(hint || error) && html`<p class=${error ? "field-error" : "field-hint"} id="${id}-hint">${error ?? hint}</p>`}
  </fieldset>`;
}
