/** What the form about a call holds, and what becomes of it. Pure. */
import { newKey } from "../../app/api.js";

/**
 * @typedef {object} Values
 * @property {string} message what was said; of a new case also its description
 * @property {"none" | "known" | "new"} person
 * @property {string} client_id
 * @property {string} client_name
 * @property {"none" | "known" | "new"} about a case
 * @property {string} case_id
 * @property {string} case_number
 * @property {string} title
 * @property {string} category
 * @property {string} subcategory
 * @property {string} priority
 * @property {string} reporter_name
 * @property {string} reporter_relationship
 * @property {string} child_name
 * @property {string} child_age
 * @property {string} child_gender
 * @property {string} child_location
 * @property {string} disposition_id
 * @property {string} disposition_notes
 * @property {string} callback_at of `<input type="datetime-local">`; "" for none
 * @property {string} callback_id that this call answers; "" for none
 * @property {boolean} callback_done
 * @property {Record<string, string>} keys of requests, so that each is carried out once
 * @property {{client_id?: string, client_name?: string, case_id?: number, case_number?: string, callback?: string,
 *   callback_at?: string, callback_done?: boolean}} made
 *   by what was sent already, and how: after a crash it goes on from there
 */

/** @returns {Values} */
export const blank = () => ({
  message: "", person: "none", client_id: "", client_name: "", about: "none", case_id: "", case_number: "",
  title: "", category: "", subcategory: "", priority: "medium", reporter_name: "", reporter_relationship: "",
  child_name: "", child_age: "", child_gender: "", child_location: "", disposition_id: "", disposition_notes: "",
  callback_at: "", callback_id: "", callback_done: true, keys: {}, made: {},
});

/** With a key for each request that may be made. @param {Values} values @returns {Values} */
export function withKeys(values) {
  const keys = { ...values.keys };
  for (const what of ["client", "case", "callback", "communication"]) keys[what] ??= newKey();
  return { ...values, keys };
}

/** Fields that can't be sent so. @param {Values} values @returns {Record<string, "required" | "age">} */
export function wrongOf(values) {
  /** @type {Record<string, "required" | "age">} */
  const wrong = {};
  if (!values.disposition_id) wrong.disposition_id = "required";
  if (values.person === "new" && !values.client_name.trim()) wrong.client_name = "required";
  if (values.about === "known" && !values.case_id) wrong.about = "required";
  if (values.about === "new" && !values.made.case_id) {
    if (!values.title.trim()) wrong.title = "required";
    if (values.child_age && !/^(\d|1\d|2[0-5])$/.test(values.child_age)) wrong.child_age = "age";
  }
  return wrong;
}

/** @param {string} text */
const orNull = (text) => text.trim() || null;

/** @param {Values} v @param {string | null} phone */
export const clientOf = (v, phone) => ({ name: v.client_name.trim(), ...(phone ? { phone } : {}) });

/** @param {Values} v @param {string | null} phone @param {string | null} client_id */
export const caseOf = (v, phone, client_id) => ({
  title: v.title.trim(), description: orNull(v.message), priority: v.priority,
  category: v.category || null, subcategory: v.subcategory || null, client_id,
  reporter_name: orNull(v.reporter_name), reporter_phone: phone, reporter_relationship: orNull(v.reporter_relationship),
  child_name: orNull(v.child_name), child_age: v.child_age ? Number(v.child_age) : null,
  child_gender: v.child_gender || null, child_location: orNull(v.child_location),
});

/** What every communication says, whether it is made or corrected.
 * @param {Values} v @param {{case_id: number | null, client_id: string | null}} found */
export const contactOf = (v, { case_id, client_id }) => ({
  case_id, client_id, contact_name: orNull(v.reporter_name), disposition_id: Number(v.disposition_id),
  disposition_notes: orNull(v.disposition_notes), message: orNull(v.message),
});
