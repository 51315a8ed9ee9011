/** The words of the trail in the person's language; what a later mhud writes there shows as its code. */
import { hasText, t } from "../../app/i18n.js";

/** @param {string} prefix @param {string} code */
function wordFor(prefix, code) {
  const key = `audit.${prefix}.${code}`;
  return hasText(key) ? t(key) : code;
}

/** What was done: "call.end" as "Ended a call". @param {string} action */
export const deedWord = (action) => wordFor("did", action);

/** What it was done to. @param {string} kind */
export const kindWord = (kind) => wordFor("kind", kind);

/** The name of a detail. @param {string} name */
export const detailWord = (name) => wordFor("detail", name);

/** "login:login-2c3d": by what he was let in; what mhud did by itself has nothing. @param {string} credential */
export function credentialWord(credential) {
  const key = `audit.by_${credential.split(":")[0]}`;
  return hasText(key) ? t(key) : "";
}

/** A detail's value. @param {any} value @returns {string} */
export function detailText(value) {
  if (Array.isArray(value)) return value.map(detailText).join(", ");
  if (typeof value === "boolean") return t(value ? "audit.yes" : "audit.no");
  return value !== null && typeof value === "object" ? JSON.stringify(value) : String(value ?? "–");
}
