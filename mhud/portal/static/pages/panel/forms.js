/** The forms of this page, by call; they outlive the page on which they are shown. */
import { effect, signal, untracked } from "../../vendor/kit.js";
import { get } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { calls } from "../../app/live.js";
import { guardLeaving } from "../../app/router.js";
import { me } from "../../app/session.js";
import { CallForm } from "./call_form.js";
import { agent, changed } from "./desk.js";
import { hearTabs, tellTabs } from "./tabs_of_mine.js";

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

/** It is logged or given up. @param {CallForm} form */
export function done(form) {
  form.close();
  forms.delete(form.callId);
  if (current.peek() === form) current.value = null;
  tellTabs({ callId: form.callId, logged: true });
  changed();
}

/** Called once. */
export function startForms() {
  effect(() => {
    const id = agent.value?.current_call_id;
    if (id && calls.get(id)?.direction !== "internal") untracked(() => write(id));
  });
  effect(() => {
    if (agent.value?.status === "wrap-up") untracked(() => void resume());
  });
  hearTabs(({ callId, form, logged }) => {
    const known = forms.get(callId);
    if (known && form) known.adopt(form);
    if (known && logged) forgetQuietly(known);
  });
  addEventListener("pagehide", () => forms.forEach((form) => form.rescue()));
  document.addEventListener("visibilitychange", () => document.hidden && flushAll());
  guardLeaving(() => {
    flushAll(); // forms outlive their page, and are sent ahead of a reload: only what the server refuses is in danger
    return [...forms.values()].some((form) => form.kept.peek().state === "failed") ? t("panel.not_kept") : null;
  });
}

const flushAll = () => forms.forEach((form) => form.keeper.open && void form.keeper.flush());

/** @param {CallForm} form */
function forgetQuietly(form) {
  form.close();
  forms.delete(form.callId);
  if (current.peek() === form) current.value = null;
  changed();
}

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

/** Calls of mine that wait for their form, newest first; `is_begun`: there is a draft.
 * @returns {Promise<any[]>} */
export async function readPending() {
  const [found, mine] = await Promise.all([get("/helpline/api/communications/pending"), get("/api/v1/drafts")]);
  const begun = new Set(mine.drafts.map((/** @type {any} */ one) => one.call_id));
  return found.data.filter((/** @type {any} */ one) => one.user_id === me.peek()?.id)
    .map((/** @type {any} */ one) => ({ ...one, is_begun: begun.has(one.call_id) }));
}
