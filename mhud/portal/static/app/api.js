/**
 * The public API, as pages ask it. A 401 asks the person to sign in over the page, then goes on
 * as if nothing had been: nothing that was typed is lost.
 */
import { learnTime } from "./clock.js";
import { ApiError, errorOf } from "./errors.js";

const TIMEOUT_MS = 20_000;
const MOST_ALIVE = 32_768; // bytes; browsers refuse more than 64 KiB of all that goes on at once

/**
 * @typedef {{query?: Record<string, unknown>, body?: unknown, ifMatch?: string | null,
 *   key?: string, signal?: AbortSignal, as?: "json" | "blob" | "text", timeout?: number,
 *   anonymous?: boolean, keepalive?: boolean}} Options
 *   `ifMatch`: the `etag` of what you saw. `key`: an Idempotency-Key, so that asking again is safe.
 *   `body`: JSON, or FormData as it is. `timeout`: ms. `anonymous`: a 401 is an error at once.
 *   `keepalive`: it goes on when the page is left, where it is small enough for that.
 * @typedef {{status: number, body: any, etag: string | null, stale: boolean, headers: Headers}} Answer
 *   `stale`: Asterisk is away, and this is the last that was known.
 */

/** @type {() => Promise<unknown>} */
let signInAgain = () => Promise.reject(new ApiError({ status: 401, code: "unauthenticated", message: "" }));

/** What to do where nobody is signed in (any more); resolves when somebody is. @param {() => Promise<unknown>} ask */
export function onUnauthenticated(ask) {
  signInAgain = ask;
}

/**
 * @param {string} method
 * @param {string} path such as "/api/v1/calls"
 * @param {Options} [options]
 * @returns {Promise<Answer>}
 * @throws {ApiError}
 */
export async function request(method, path, options = {}) {
  const { response, body } = await send(method, path, options);
  if (response.status === 401 && !options.anonymous) {
    await signInAgain();
    return request(method, path, { ...options, anonymous: true });
  }
  if (!response.ok && response.status !== 304) throw errorOf(response, body);
  return {
    status: response.status,
    body,
    etag: response.headers.get("ETag")?.replace(/^W\//, "") ?? null, // a proxy that packs makes it a weak one
    stale: response.headers.get("X-PBX-State") === "stale",
    headers: response.headers,
  };
}

/** The body alone. @param {string} path @param {Record<string, unknown>} [query] @param {Options} [options] */
export const get = async (path, query, options) =>
  (await request("GET", path, { ...options, query })).body;

/** @param {string} path @param {unknown} [body] @param {Options} [options] */
export const post = async (path, body, options) =>
  (await request("POST", path, { ...options, body })).body;

/** @param {string} path @param {unknown} [body] @param {Options} [options] */
export const put = async (path, body, options) =>
  (await request("PUT", path, { ...options, body })).body;

/** @param {string} path @param {Options} [options] */
export const del = async (path, options) => (await request("DELETE", path, options)).body;

/** For `key`: one for each thing that shall happen once. */
export const newKey = () => crypto.randomUUID();

/** With what is neither null, undefined nor "". Lists repeat their name.
 * @param {string} path @param {Record<string, unknown>} [query] */
export function withQuery(path, query = {}) {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== null && one !== undefined && one !== "") words.append(name, String(one));
  const text = words.toString();
  return text ? `${path}?${text}` : path;
}

/** With all of the answer: it may break off after its headers.
 * @param {string} method @param {string} path @param {Options} options @returns {Promise<{response: Response, body: any}>} */
async function send(method, path, options) {
  const timeout = AbortSignal.timeout(options.timeout ?? TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const asked = Date.now();
  const sent = content(options);
  try {
    const response = await fetch(withQuery(path, options.query), {
      method, signal, keepalive: options.keepalive && isSmall(sent.body), ...sent,
    });
    learnTime(response.headers.get("Date"), asked, Date.now());
    return { response, body: await read(response, response.ok ? (options.as ?? "json") : "json") };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const late = method === "GET" || method === "HEAD" ? "slow" : "timeout";
    const code = timeout.aborted ? late : "network";
    throw new ApiError({ status: 0, code, message: "" });
  }
}

/** @param {unknown} body as it is sent */
const isSmall = (body) =>
  body === undefined || (typeof body === "string" && new TextEncoder().encode(body).length < MOST_ALIVE);

/** @param {Options} options @returns {RequestInit} */
function content({ body, ifMatch, key }) {
  const headers = new Headers({ Accept: "application/json" });
  if (ifMatch) headers.set("If-Match", ifMatch);
  if (key) headers.set("Idempotency-Key", key);
  if (body === undefined || body instanceof FormData) return { headers, body, credentials: "same-origin" };
  headers.set("Content-Type", "application/json");
  return { headers, body: JSON.stringify(body), credentials: "same-origin" };
}

/** @param {Response} response @param {"json" | "blob" | "text"} as */
async function read(response, as) {
  if (as === "blob") return response.blob();
  const text = await response.text();
  if (as === "text") return text;
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null; // a proxy's page: the status says enough
  }
}
