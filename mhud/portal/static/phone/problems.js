/** What keeps the phone from working, in words: keys of `messages/<language>/phone.js`. */
import { ApiError } from "../app/errors.js";
import { problem } from "./facts.js";

const MICROPHONE = "phone.microphone_";
/** @type {Record<string, string>} by the name that browsers give to what went wrong */
const OF_MICROPHONE = { NotFoundError: "none", OverconstrainedError: "none", NotReadableError: "busy", AbortError: "busy" };

/** @param {unknown} error */
export function whatIsWrong(error) {
  if (error instanceof DOMException) return MICROPHONE + (OF_MICROPHONE[error.name] ?? "refused");
  if (!navigator.mediaDevices) return "phone.insecure"; // the page came by http
  if (error instanceof ApiError && error.details?.reason === "no-phone") return "phone.none";
  return "phone.no_line";
}

/** What has become of the caller of a page that was loaded again. @param {unknown} error */
export function whyNotBack(error) {
  const why = error instanceof ApiError && error.status === 409 ? error.details?.reason : "";
  if (why === "no-call" || why === "over") return "phone.not_back_over";
  return why === "consulting" ? "phone.not_back_consulting" : "phone.not_back";
}

/** @param {string} key */
export function solved(key) {
  if (problem.value === key) problem.value = null;
}

export const isOfMicrophone = () => problem.value?.startsWith(MICROPHONE) ?? false;
