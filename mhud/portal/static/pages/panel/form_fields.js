/** @typedef {import("./values.js").Values} Values */

/** What a field of the kit needs. @param {import("./call_form.js").CallForm} form @param {keyof Values & string} name */
export const field = (form, name) => ({
  name,
  value: form.values.value[name],
  error: form.wrong.value[name],
  onInput: (/** @type {any} */ value) => form.set({ [name]: value }),
});
