import { t } from "../../app/i18n.js";
import { Button, Notice, TextArea, html, useForm, useRef } from "../../kit/index.js";
import { addNote } from "./case_api.js";

/** @param {{id: number, onAdded: () => void}} props */
export function NoteForm({ id, onAdded }) {
  const form = useForm({ text: "" }, ({ text }, key) => addNote(id, text, key), {
    check: ({ text }) => (text.trim() ? {} : { text: t("cases.note_empty") }),
  });
  const typed = useRef("");
  typed.current = form.values.text; // also what was typed since it was sent
  const send = async (/** @type {Event} */ event) => {
    const sent = form.values.text;
    if (!(await form.submit(event))) return;
    const now = typed.current;
    form.reset({ text: "" });
    form.set("text", now.startsWith(sent) ? now.slice(sent.length).trimStart() : now);
    onAdded();
  };
  return html`<form class="form cases-note" novalidate onSubmit=${send}>
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <${TextArea} ...${form.field("text")} label=${t("cases.add_note")} rows=${2} maxlength=${20000} />
    <div class="actions"><${Button} type="submit" busy=${form.busy} disabled=${!form.values.text.trim()}>${t("cases.add_note")}<//></div></form>`;
}
