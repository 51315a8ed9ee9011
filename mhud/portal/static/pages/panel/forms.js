/** The forms of this page, by call; they outlive the page on which they are shown. */
import { effect, signal, untracked } from "../../vendor/kit.js";
import { confirm } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { calls } from "../../app/live.js";
import { guardLeaving } from "../../app/router.js";
import { me } from "../../app/session.js";
import { CallForm, readCall } from "./call_form.js";
import { agent, changed, partyOf } from "./desk.js";
import { hearTabs, tellTabs } from "./tabs_of_mine.js";

const MOST_OTHERS = 10;

/** @type {Map<string, CallForm>} */
const forms = new Map();

/** The one that is written. @type {import("../../vendor/kit.js").Signal<CallForm | null>} */
export const current = signal(null);

/** @param {string} callId */
export function formOf(callId) {
  let form = forms.get(callId);
  if (!form) {
    forms.set(callId, (form = new CallForm(callId)));
    void form.load();
  }
  return form;
}

/** @param {string} callId */
export function write(callId) {
  void current.peek()?.keeper.flush();
  current.value = formOf(callId);
}

/** @type {string | null} */
let shown = null;

/** A call that begins has its form shown; who opens another one meanwhile types on in that.
 * @param {string | null} callId my call now */
function show(callId) {
  const isNew = callId !== shown;
  shown = callId;
  if (callId && (isNew || !current.peek())) write(callId);
}

/** It is logged or given up. @param {CallForm} form */
export function done(form) {
  putAway(form);
  void form.forget().catch(() => {}); // else it is listed as begun, and can be thrown away there
  tellTabs({ callId: form.callId, logged: true });
}

/** @param {CallForm} form */
function putAway(form) {
  form.close();
  forms.delete(form.callId);
  if (current.peek() === form) current.value = null;
  changed();
}

/** Asks, and throws away what was typed about a call. @param {string} callId */
export async function discard(callId) {
  const question = { title: t("panel.discard_title"), text: t("panel.discard_text"), action: t("panel.discard"), danger: true };
  if (!(await confirm(question))) return;
  await (forms.get(callId) ?? new CallForm(callId)).discard();
  changed();
}

/** Called once. */
export function startForms() {
  effect(() => {
    const id = agent.value?.current_call_id ?? null;
    if (!id || calls.get(id)?.direction !== "internal") untracked(() => show(id));
  });
  effect(() => {
    if (agent.value?.status === "wrap-up") untracked(() => void resume());
  });
  hearTabs(({ callId, form, version, logged }) => {
    const known = forms.get(callId);
    if (known && form) known.adopt(form, version);
    if (known && logged) putAway(known);
  });
  addEventListener("pagehide", () => forms.forEach((form) => form.rescue()));
  document.addEventListener("visibilitychange", () => document.hidden && flushAll());
  guardLeaving(() => {
    flushAll(); // forms outlive their page, and are sent ahead of a reload: only what the server refuses is in danger
    return [...forms.values()].some((form) => form.kept.peek().state === "failed") ? t("panel.not_kept") : null;
  }, { forGood: true });
}

const flushAll = () => forms.forEach((form) => form.keeper.open && void form.keeper.flush());

/** After a reload in wrap-up: the call that is written up is the newest that waits for it. */
async function resume() {
  if (current.peek()) return;
  try {
    const pending = await readPending();
    if (pending[0]?.call_id && !current.peek()) write(pending[0].call_id);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // the list of what is to be written shows it
  }
}

/** Calls of mine that wait for their form, newest first, and other forms that are begun, such as about
 * a call that goes on with a colleague. `is_begun`: there is a draft.
 * @returns {Promise<any[]>} */
export async function readPending() {
  const [found, mine] = await Promise.all([get("/helpline/api/communications/pending"), get("/api/v1/drafts")]);
  const begun = new Map(mine.drafts.map((/** @type {any} */ one) => [one.call_id, one]));
  begun.delete(agent.peek()?.current_call_id); // its form is open
  const waiting = found.data.filter((/** @type {any} */ one) => one.user_id === me.peek()?.id)
    .map((/** @type {any} */ one) => ({ ...one, is_begun: begun.delete(one.call_id) }));
  const others = await Promise.all([...begun.values()].slice(0, MOST_OTHERS).map(asPending));
  return [...waiting, ...others].sort((a, b) => b.created_at.localeCompare(a.created_at));
}

/** What is known of the call of a draft. @param {{call_id: string, updated_at: string}} draft */
async function asPending({ call_id, updated_at }) {
  const call = await readCall(call_id);
  return {
    call_id, is_begun: true, created_at: call?.start_time ?? updated_at, duration: call?.duration ?? null,
    contact_address: call && partyOf(call), queue_id: call?.queue_id ?? null, direction: call?.direction ?? null,
  };
}
