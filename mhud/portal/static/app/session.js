/** Who is signed in, and the dialog over the page when he is not any more. */
import { signal } from "../vendor/kit.js";
import { get, onUnauthenticated, post } from "./api.js";
import { ApiError } from "./errors.js";
import { stopGuarding } from "./router.js";

/**
 * @typedef {{id: number, username: string, name: string, email: string | null, role: string,
 *   organization: string, permissions: string[], own_only: string[], agent_id: string | null,
 *   last_login: string | null}} Me
 */

/** Undefined: not known yet. Null: nobody. @type {import("../vendor/kit.js").Signal<Me | null | undefined>} */
export const me = signal(undefined);

/** A login that ended under an open page. @type {import("../vendor/kit.js").Signal<boolean>} */
export const expired = signal(false);

/** Tells the other pages of this browser who is signed in by now: they share one cookie. */
const pages = "BroadcastChannel" in globalThis ? new BroadcastChannel("mhud.session") : null;

/** On a page of somebody else nothing is done in his name; what was typed stays, and he signs in again. */
pages?.addEventListener("message", ({ data: id }) => {
  if (me.value && me.value.id !== id) expired.value = true;
  else if (expired.value) void findMe().catch(() => {}); // then he is asked on
});

/** @type {{resolve: () => void, reject: (why: ApiError) => void}[]} requests that wait for a sign-in */
const waiting = [];

onUnauthenticated(() => {
  if (!me.value) return Promise.reject(notSignedIn());
  expired.value = true;
  return new Promise((resolve, reject) => waiting.push({ resolve: () => resolve(undefined), reject }));
});

const notSignedIn = () => new ApiError({ status: 401, code: "unauthenticated", message: "" });

/** Asks who this is. Raises what is no 401. */
export async function findMe() {
  try {
    const found = (await get("/helpline/api/users/me", {}, { anonymous: true })).data;
    if (me.value && me.value.id !== found.id) return startAnew(); // somebody else: nothing of the first, nor what waits
    if (!me.value || expired.value) pages?.postMessage(found.id);
    me.value = found;
    release();
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
    if (!expired.value) me.value = null;
  }
}

/** What waited for a sign-in goes on. */
function release() {
  expired.value = false;
  waiting.splice(0).forEach((one) => one.resolve());
}

/** The login ended: says so over the page. */
export function loseLogin() {
  if (me.value) expired.value = true;
}

export async function signOut() {
  await post("/helpline/api/logout", undefined, { anonymous: true }).catch((error) => {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  });
  location.hash = "#/";
  startAnew();
}

/** Nothing of whom was here stays in memory. */
function startAnew() {
  stopGuarding();
  location.reload();
}
