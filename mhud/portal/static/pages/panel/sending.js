/** Makes of a form a client, a case, callbacks and the communication: each once, whatever breaks. */
import { get, newKey, post, put } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { me } from "../../app/session.js";
import { partyOf } from "./desk.js";
import { caseOf, clientOf, contactOf, withKeys } from "./values.js";

/** @typedef {import("./call_form.js").CallForm} CallForm */

/** @param {CallForm} form @param {Partial<import("./values.js").Values["made"]>} some */
async function note(form, some) {
  form.set({ made: { ...form.values.peek().made, ...some } });
  await form.keeper.flush(); // a crash from here on finds it
}

const WORTH_THE_SAME_KEY = new Set([0, 401, 429, 502, 503, 504]);

/** Carried out once, however often it is asked. @param {CallForm} form @param {string} what @param {string} path @param {unknown} body */
async function once(form, what, path, body) {
  const keys = form.values.peek().keys;
  try {
    return await post(path, body, { key: keys[what] });
  } catch (error) {
    if (!(error instanceof ApiError) || WORTH_THE_SAME_KEY.has(error.status)) throw error;
    form.set({ keys: { ...keys, [what]: newKey() } });
    const isDoubtful = error.status === 422 || (error.status === 409 && !error.details?.communication_id);
    if (isDoubtful) throw new ApiError({ status: 409, code: "conflict", message: t("panel.sent_before") });
    throw error;
  }
}

/**
 * @param {CallForm} form
 * @throws {ApiError} 409 with `details.communication_id`: it was logged elsewhere meanwhile
 */
export async function send(form) {
  form.set(withKeys(form.values.peek()));
  await form.keeper.flush();
  if (form.theirs.peek()) throw new ApiError({ status: 412, code: "precondition_failed", message: "" });
  const found = await parts(form);
  const { facts, callId } = form;
  const values = form.values.peek();
  const direction = facts.peek()?.direction === "outbound" ? "outbound" : "inbound";
  const body = { contact_type: "call", direction, call_id: callId, ...contactOf(values, found) };
  const made = await once(form, "communication", "/helpline/api/communications", body);
  let sent = values;
  while (form.values.peek() !== sent) { // he typed on while it was sent
    sent = form.values.peek();
    await correct(form, made.data.id);
  }
  return form.values.peek().made.case_number ?? null;
}

/** What the communication names, and what is agreed beside it. @param {CallForm} form */
async function parts(form) {
  const client_id = await client(form);
  const case_id = await theCase(form, client_id);
  await callBack(form, case_id, client_id);
  await calledBack(form);
  return { case_id, client_id };
}

/** @param {CallForm} form @returns {Promise<string | null>} */
async function client(form) {
  const values = form.values.peek();
  if (values.person === "none") return null;
  if (values.person === "known") return values.client_id || null;
  const body = clientOf(values, partyOf(form.facts.peek()));
  const { client_id, client_name = body.name } = values.made;
  if (!client_id) {
    await note(form, { client_id: (await once(form, "client", "/api/v1/clients", body)).id, client_name: body.name });
  } else if (body.name && client_name !== body.name) { // corrected since
    await put(`/api/v1/clients/${encodeURIComponent(client_id)}`, { name: body.name });
    await note(form, { client_name: body.name });
  }
  return form.values.peek().made.client_id ?? null;
}

/** @param {CallForm} form @param {string | null} client_id @returns {Promise<number | null>} */
async function theCase(form, client_id) {
  const values = form.values.peek();
  if (values.about === "none") return null;
  if (values.about === "known") return Number(values.case_id);
  if (!values.made.case_id) {
    const body = caseOf(values, partyOf(form.facts.peek()), client_id);
    const made = (await once(form, "case", "/helpline/api/cases", body)).data;
    await note(form, { case_id: made.id, case_number: made.case_number });
  }
  return form.values.peek().made.case_id ?? null;
}

/** He wants to be called again. @param {CallForm} form @param {number | null} case_id @param {string | null} client_id */
async function callBack(form, case_id, client_id) {
  const { callback_at, made } = form.values.peek();
  if (made.callback) return changeCallBack(form, made.callback);
  if (!callback_at) return;
  const body = {
    call_id: form.callId, due_at: new Date(callback_at).toISOString(), assigned_user_id: me.peek()?.id,
    case_id, client_id, queue_id: form.facts.peek()?.queue_id ?? null,
  };
  await note(form, { callback: (await once(form, "callback", "/api/v1/callbacks", body)).id, callback_at });
}

/** He agreed on another time, or on none, since it was made. @param {CallForm} form @param {string} id */
async function changeCallBack(form, id) {
  const { callback_at, made } = form.values.peek();
  const { callback_at: before = callback_at } = made;
  if (callback_at === before) return;
  const body = callback_at
    ? { due_at: new Date(callback_at).toISOString(), ...(before ? {} : { status: "open" }) }
    : { status: "cancelled" };
  await put(`/api/v1/callbacks/${encodeURIComponent(id)}`, body).catch((error) => {
    if (callback_at || !isSettled(error)) throw error; // none is wanted, and none is open
  });
  await note(form, { callback_at });
}

/** It is not open any more. @param {unknown} error */
const isSettled = (error) => error instanceof ApiError && [404, 409].includes(error.status);

/** This call was one. @param {CallForm} form
 * @throws {ApiError} 409 where somebody cancelled or took it meanwhile: without it the contact can be saved */
async function calledBack(form) {
  const { callback_id, callback_done, made } = form.values.peek();
  if (!callback_id || !callback_done || made.callback_done) return;
  const body = { status: "done", done_call_id: form.callId };
  try {
    await put(`/api/v1/callbacks/${encodeURIComponent(callback_id)}`, body);
  } catch (error) {
    if (!isSettled(error)) throw error;
    form.set({ callback_done: false });
    throw new ApiError({ status: 409, code: "conflict", message: t("panel.callback_settled") });
  }
  await note(form, { callback_done: true });
}

/** What was logged about this call, if that is why it was refused.
 * @param {unknown} error @returns {Promise<any>} a communication, or null */
export async function loggedMeanwhile(error) {
  if (!(error instanceof ApiError && error.status === 409 && error.details?.communication_id)) return null;
  return (await get(`/helpline/api/communications/${error.details.communication_id}`)).data;
}

/** Mine in place of it. @param {CallForm} form @param {number} id */
export async function correct(form, id) {
  const body = contactOf(form.values.peek(), await parts(form));
  await put(`/helpline/api/communications/${id}`, body);
}
