import { t } from "./i18n.js";

/** What the API refused, or that it could not be reached: `network`, `timeout`, `slow` (a read, which
 * changed nothing); `unloaded`: a module of ours. */
export class ApiError extends Error {
  /**
   * @param {{status: number, code: string, message: string, fields?: Record<string, string>,
   *   details?: any, retryAfter?: number}} said
   */
  constructor(said) {
    super(said.message);
    this.name = "ApiError";
    this.status = said.status;
    this.code = said.code.toLowerCase();
    /** Wrong fields and why. */
    this.fields = said.fields ?? {};
    this.details = said.details ?? null;
    /** Seconds after which it is worth asking again; 0: not said. */
    this.retryAfter = said.retryAfter ?? 0;
  }
}

const OWN_WORDS = new Set(["network", "timeout", "slow", "unloaded"]);
const BY_STATUS = new Set([401, 403, 404, 410, 412, 413, 429, 500, 502, 503, 504]);

/** What happened and what to do, in the person's words. @param {unknown} error */
export function say(error) {
  if (!(error instanceof ApiError)) return t("errors.bug");
  if (OWN_WORDS.has(error.code)) return t(`errors.${error.code}`);
  if (isAnother(error)) return t("errors.sent_before");
  if (error.code === "pbx_unavailable") return t("errors.pbx_unavailable");
  if (error.status === 429 && error.retryAfter) return t("errors.wait", { n: error.retryAfter });
  if (error.status === 400) return wrongFields(error);
  if (BY_STATUS.has(error.status)) return t(`errors.${error.status}`);
  return error.message || t("errors.bug"); // 409: the reason in plain words
}

/** @param {ApiError} error */
function wrongFields(error) {
  const fields = Object.entries(error.fields).map(([name, why]) => `${name}: ${why}`);
  return fields.length ? t("errors.fields", { fields: fields.join("; ") }) : error.message;
}

/** Somebody else changed it meanwhile. @param {unknown} error */
export const isConflict = (error) => error instanceof ApiError && error.status === 412;

/** What was sent under this key before did arrive, and said something else. @param {unknown} error */
export const isAnother = (error) => error instanceof ApiError && error.code === "idempotency_mismatch";

/** @param {Response} response @param {any} body @returns {ApiError} */
export function errorOf(response, body) {
  const said = body?.error && typeof body.error === "object" ? body.error : (body ?? {});
  return new ApiError({
    status: response.status,
    code: String(said.code ?? response.status),
    message: String(said.message ?? ""),
    fields: fieldsOf(said.details),
    details: said.details,
    retryAfter: Number(response.headers.get("Retry-After")) || 0,
  });
}

/** A list of fields with reasons; the OpenCHS dialect has it under `fields`. @param {any} details */
function fieldsOf(details) {
  const list = Array.isArray(details) ? details : details?.fields;
  return Array.isArray(list) ? Object.fromEntries(list.map((one) => [one.field, one.reason])) : {};
}
