/** What makes of the call a communication and, if wanted, a case. */
import { Button, Empty, Failed, Loading, Notice, Text, TextArea, When, html, toast, useAction, useState, wordOf } from "../../kit/index.js";
import { ApiError, say } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { Draft } from "./draft.js";
import { partyOf, queueName } from "./desk.js";
import { current, discard, done } from "./forms.js";
import { AboutCase } from "./form_case.js";
import { Outcome } from "./form_outcome.js";
import { Person } from "./form_person.js";
import { ContactVersions, DraftVersions } from "./form_versions.js";
import { correct, loggedMeanwhile, send } from "./sending.js";
import { readMyself } from "./steering.js";
import { wrongOf } from "./values.js";

/** @typedef {import("./call_form.js").CallForm} CallForm */

export function ThisCall() {
  const form = current.value;
  if (!form) return html`<${Empty} icon="edit" title=${t("panel.nothing_to_write")}>${t("panel.nothing_to_write_hint")}<//>`;
  if (form.phase.value === "loading") return html`<${Loading} rows=${8} />`;
  if (form.phase.value === "failed") return html`<${Failed} error=${form.kept.value.error} again=${() => void form.load()} />`;
  if (form.phase.value === "written") {
    return html`<${Empty} icon="check" title=${t("panel.written_already")}>
      <${Button} icon="edit" onClick=${() => (form.phase.value = "ready")}>${t("panel.write_more")}<//><//>`;
  }
  return html`<${CallSheet} key=${form.callId} form=${form} />`;
}

/** @param {{form: CallForm}} props */
function CallSheet({ form }) {
  const [theirs, setTheirs] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState("");
  const save = useAction(() => attempt(form, setTheirs, setProblem), { quiet: true });
  const mine = useAction(async () => {
    await correct(form, theirs.id);
    finish(form, null);
  });
  const drop = useAction(async () => {
    await form.discard();
    done(form);
  });
  const throwing = useAction(async () => {
    await discard(form.callId);
    toNotes();
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const sheet = /** @type {HTMLElement} */ (event.currentTarget);
    void save.run().then((isDone) => isDone || requestAnimationFrame(() => firstWrong(sheet)?.focus()));
  };
  const values = form.values.value;
  return html`<form class="sheet" aria-label=${t("panel.this_call")} onSubmit=${submit} noValidate>
    <${Subject} form=${form} />
    ${theirs ? html`<${ContactVersions} form=${form} logged=${theirs} onMine=${() => void mine.run()} onTheirs=${() => void drop.run()} />`
      : html`<${DraftVersions} form=${form} />`}
    <${TextArea} label=${t("panel.notes")} name="message" rows=${5} maxLength=${20_000} value=${values.message} hint=${t("panel.notes_hint")}
      error=${form.wrong.value.message} onInput=${(/** @type {string} */ message) => form.set({ message })} data-notes />
    <${Person} form=${form} /><${AboutCase} form=${form} /><${Outcome} form=${form} />
    ${problem && html`<${Notice} tone="bad">${problem}<//>`}
    <div class="sheet-foot"><${Draft} form=${form} />
      <${Button} kind="quiet" icon="trash" disabled=${!form.isBegun.value} busy=${throwing.busy} onClick=${() => void throwing.run()}>${t("panel.discard")}<//>
      <${Button} kind="primary" type="submit" icon="check" busy=${save.busy} disabled=${!!(theirs ?? form.theirs.value)} shortcut="Alt+S" data-save>${t("panel.save")}<//></div>
  </form>`;
}

const toNotes = () => /** @type {HTMLElement | null} */ (document.querySelector("[data-notes]"))?.focus();

/** Which call this is about, in case another one has come. @param {{form: CallForm}} props */
function Subject({ form }) {
  const of = form.facts.value;
  if (!of) return html`<p class="quiet small">${t("panel.call_unknown")}</p>`;
  return html`<p class="small quiet sheet-subject"><${Text}>${partyOf(of) ?? t("panel.number_withheld")}<//> · <bdi>${queueName(of.queue_id) ?? wordOf("direction", of.direction)}</bdi> · <${When} at=${of.start_time} /></p>`;
}

/** @param {HTMLElement} sheet */
const firstWrong = (sheet) => /** @type {HTMLElement | null} */ (sheet.querySelector("[aria-invalid]"));

/** @param {CallForm} form @param {(found: any) => void} setTheirs @param {(text: string) => void} setProblem */
async function attempt(form, setTheirs, setProblem) {
  setProblem("");
  const wrong = wrongOf(form.values.peek());
  form.wrong.value = Object.fromEntries(Object.entries(wrong).map(([name, why]) => [name, t(`panel.wrong_${why}`)]));
  if (Object.keys(wrong).length) throw new ApiError({ status: 400, code: "validation_error", message: "" });
  try {
    finish(form, await send(form));
  } catch (error) {
    const theirs = await loggedMeanwhile(error).catch(() => null); // if it can't be read, it is said that there is one
    if (theirs) setTheirs(theirs);
    else setProblem(say(error));
    if (error instanceof ApiError) form.wrong.value = error.fields;
    throw error;
  }
}

/** @param {CallForm} form @param {string | null} caseNumber of a case that was made */
function finish(form, caseNumber) {
  done(form);
  void readMyself().catch(() => {}); // the time to write is shorter now; if it can't be read, an event will tell
  requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(".desk-main [role=tab][aria-selected=true]"))?.focus());
  toast(caseNumber ? t("panel.saved_with_case", { number: caseNumber }) : t("panel.saved"), "good");
}
