/** A file on its way to the API: how far it is, and that it can be stopped. fetch tells neither. */
import { request } from "../../app/api.js";
import { ApiError, errorOf } from "../../app/errors.js";

const LONGEST_MS = 30 * 60_000; // a slow line needs that for a film

/**
 * @param {string} path @param {FormData} body
 * @param {{signal: AbortSignal, onProgress: (share: number) => void}} options `share`: 0–1
 * @throws {ApiError} code `cut` where it did not arrive whole, `stopped` by `signal`, `unsure` where it was
 *   sent whole and no answer came: it may have arrived
 */
export async function upload(path, body, options) {
  const answer = await send(path, body, options);
  if (answer.status === 401) {
    await request("GET", "/helpline/api/users/me"); // asks to sign in over the page
    return upload(path, body, options);
  }
  if (!answer.ok) throw errorOf(answer, await answer.json().catch(() => null));
  return answer;
}

/** @param {string} path @param {FormData} body @param {{signal: AbortSignal, onProgress: (share: number) => void}} options
 * @returns {Promise<Response>} */
function send(path, body, { signal, onProgress }) {
  const asked = new XMLHttpRequest();
  let isSent = false;
  const failed = (/** @type {string} */ code) => new ApiError({ status: 0, code: isSent ? "unsure" : code, message: "" });
  return new Promise((resolve, reject) => {
    asked.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    asked.upload.onload = () => (isSent = true);
    asked.onload = () => resolve(answerOf(asked));
    asked.onerror = () => reject(failed("cut"));
    asked.ontimeout = () => reject(failed("timeout"));
    asked.onabort = () => reject(failed("stopped"));
    signal.addEventListener("abort", () => asked.abort());
    asked.open("POST", path);
    asked.timeout = LONGEST_MS;
    asked.setRequestHeader("Accept", "application/json");
    asked.send(body);
  });
}

/** @param {XMLHttpRequest} asked */
const answerOf = (asked) => new Response(asked.responseText || null, {
  status: asked.status, headers: { "Retry-After": asked.getResponseHeader("Retry-After") ?? "" },
});
