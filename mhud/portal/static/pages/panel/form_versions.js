/** Two versions of what is written about one call, beside each other. */
import { Conflict, html, useAction, wordOf } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { useDispositions } from "./words.js";

/** @typedef {import("./call_form.js").CallForm} CallForm @typedef {import("./values.js").Values} Values */
/** @typedef {(name: keyof Values, value: string) => string} Say what a value is called */

/** Fields by their texts. @type {[keyof Values, string][]} */
const FIELDS = [
  ["message", "notes"], ["reporter_name", "reporter_name"], ["reporter_relationship", "reporter_relationship"],
  ["person", "client"], ["client_name", "client_name"], ["about", "case_about"], ["case_number", "case"], ["title", "case_title"],
  ["category", "category"], ["subcategory", "subcategory"], ["priority", "priority"],
  ["child_name", "child_name"], ["child_age", "child_age"], ["child_gender", "child_gender"], ["child_location", "child_location"],
  ["disposition_id", "outcome"], ["disposition_notes", "outcome_notes"], ["callback_at", "callback_at"],
];

/** @returns {Say} */
function useWords() {
  const dispositions = useDispositions().data ?? [];
  return (name, value) => {
    if (name === "person" || name === "about") return t(`panel.${name === "about" ? "case" : "person"}_${value}`);
    if (name === "priority") return wordOf("priority", value);
    if (name === "child_gender") return wordOf("gender", value);
    return name === "disposition_id" ? (dispositions.find((one) => String(one.id) === value)?.name ?? value) : value;
  };
}

/** The same form, in another window of mine. @param {{form: CallForm}} props */
export function DraftVersions({ form }) {
  const words = useWords();
  const settle = useAction((/** @type {boolean} */ isMine) => form.settle(isMine));
  const theirs = form.theirs.value;
  if (!theirs) return null;
  return html`<${Conflict} rows=${rowsOf(words, form.values.value, theirs)} onMine=${() => void settle.run(true)} onTheirs=${() => void settle.run(false)} />`;
}

/** The contact that was logged meanwhile. @param {{form: CallForm, logged: any, onMine: () => void, onTheirs: () => void}} props */
export function ContactVersions({ form, logged, onMine, onTheirs }) {
  const words = useWords();
  const { message, contact_name, disposition_id, disposition_notes, case_id } = logged;
  const mine = form.values.value;
  const theirs = {
    ...mine, message: message ?? "", reporter_name: contact_name ?? "", disposition_id: String(disposition_id ?? ""),
    disposition_notes: disposition_notes ?? "", case_number: case_id === null ? "" : case_id === Number(mine.case_id) ? mine.case_number : String(case_id),
  };
  return html`<${Conflict} rows=${rowsOf(words, mine, theirs)} onMine=${onMine} onTheirs=${onTheirs} />`;
}

/** @param {Say} words @param {Values} mine @param {Values} theirs */
function rowsOf(words, mine, theirs) {
  const shown = (/** @type {keyof Values} */ name, /** @type {any} */ value) => (value ? words(name, value) : null);
  return FIELDS.map(([name, label]) => ({ label: t(`panel.${label}`), mine: shown(name, mine[name]), theirs: shown(name, theirs[name]) }));
}
