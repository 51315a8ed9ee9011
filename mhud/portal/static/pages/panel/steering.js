/** How a call is steered: by the phone of this page where it has the call, else over the API. */
import { get, post, put } from "../../app/api.js";
import { serverNow } from "../../app/clock.js";
import { ApiError } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { agents } from "../../app/live.js";
import { agentOf } from "../../app/live_state.js";
import { inWords, whyOf } from "../../app/refusals.js";
import { findMe, me } from "../../app/session.js";
import { phone } from "../../phone/store.js";
import { call } from "./desk.js";

const NUMBERS = ["destination", "target.number"]; // fields of the API

const GONE = new Set([403, 404]);

/** The phone in this page has a call: it is the faster way, and works without mhud's link. */
export const isOnPhone = () => phone.state.value === "talking" || phone.state.value === "held";

export const isHeld = () => (isOnPhone() ? phone.state.value === "held" : call.value?.status === "on-hold");

/** In words of ours why it can't be done, where the API gives a reason that we know.
 * @template T @param {Promise<T>} asked @param {string} [whose] "target_": of who is called @returns {Promise<T>} */
const plainly = (asked, whose = "") => inWords(asked, (error) =>
  error.status === 400 && NUMBERS.some((name) => name in error.fields) ? t("panel.number_refused") : whyOf(error, [`panel.why_${whose}`, "panel.why_"]));

/** @param {string} id of a call @param {string} what @param {unknown} [body] @param {string} [whose] */
const ask = (id, what, body, whose) => plainly(post(`/api/v1/calls/${encodeURIComponent(id)}/${what}`, body), whose);

/** @param {string} id @param {boolean} on
 * @throws {ApiError} 409 while this page's phone can't tell Asterisk: it would give up the call for that */
export async function hold(id, on) {
  if (!isOnPhone()) await ask(id, on ? "hold" : "unhold");
  else if (phone.online.value) phone.hold(on);
  else throw new ApiError({ status: 409, code: "conflict", message: t("phone.offline") });
}

/** @param {string} id @param {string} digits */
export async function press(id, digits) {
  if (isOnPhone()) phone.dtmf(digits);
  else await ask(id, "dtmf", { digits });
}

/** Where this page's phone can't tell Asterisk, the API is asked too: else the caller hears silence, and waits again.
 * @param {string | null} id @throws {ApiError} 409 while I ask somebody: it would end the talk of the one who waits */
export async function end(id) {
  if (call.peek()?.consultation) throw new ApiError({ status: 409, code: "conflict", message: t("panel.why_consulting") });
  const isTold = isOnPhone() && phone.online.value;
  const asked = id && !isTold ? ask(id, "end") : null;
  if (isOnPhone()) phone.hangup();
  await asked;
}

/** @typedef {{queue: string} | {agent: string} | {number: string}} Target */
/** @param {string} id @param {"blind" | "attended"} type @param {Target} target */
export const transfer = (id, type, target) => ask(id, "transfer", { type, target }, "target_");
/** @param {string} id */
export const complete = (id) => ask(id, "complete");
/** @param {string} id */
export const cancel = (id) => ask(id, "cancel");

/** My phone rings first, and answers by itself where it is this page's.
 * @param {string} destination @param {Record<string, string>} [variables] @returns {Promise<string>} the call's id */
export function dial(destination, variables = {}) {
  const asked = post("/api/v1/calls/outbound", { agent_id: me.value?.agent_id, destination, variables });
  const id = plainly(asked).then((started) => started.call_id);
  phone.expect(id);
  return id;
}

const myPath = () => `/api/v1/agents/${encodeURIComponent(String(me.peek()?.agent_id))}`;

/** What no event tells: what I will be after the call, and until when I write. What an event told meanwhile, such as
 * that it rings, may be newer than the answer: then it is read again. @returns {Promise<void>} */
export async function readMyself() {
  const known = () => agents.peek(me.peek()?.agent_id);
  const before = known();
  const found = await get(myPath());
  if (known() !== before) return readMyself();
  agents.set(agentOf(found, serverNow()));
}

/** @param {string} what of my own agent @param {unknown} [body] */
async function mine(what, body) {
  await plainly(post(`${myPath()}/${what}`, body));
  await readMyself();
}

/** @param {"available" | "on-break" | "offline"} status @param {string} [reason_code] */
export async function setStatus(status, reason_code) {
  const change = { status, ...(reason_code ? { reason_code } : {}) };
  await plainly(put(`${myPath()}/status`, change)).catch(async (error) => {
    if (error instanceof ApiError && GONE.has(error.status)) await findMe(); // perhaps I am no agent any more
    throw error;
  });
  await readMyself();
}

/** @param {number} seconds */
export const extendWrapUp = (seconds) => mine("wrap-up/extend", { seconds });
export const endWrapUp = () => mine("wrap-up/end");
export const askForHelp = () => mine("help");
export const endHelp = () => mine("help/end");
