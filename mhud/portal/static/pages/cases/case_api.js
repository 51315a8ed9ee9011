/** Cases as the API has them. */
import { get, post, request } from "../../app/api.js";
import { typed } from "./narrowing.js";

export const ROOT = "/helpline/api/cases";

/**
 * @typedef {Record<string, any> & {id: number, case_number: string, title: string, status: string,
 *   priority: string}} Case
 * @typedef {{case: Case, etag: string | null}} Found with its version
 */

/** @param {string | number} id @param {AbortSignal} [signal] @returns {Promise<Found>} */
export async function readCase(id, signal) {
  const answer = await request("GET", `${ROOT}/${id}`, { signal });
  return { case: answer.body.data, etag: answer.etag };
}

/** By POST, for only that takes a `key`: a note that came with a lost answer is not written twice.
 * @param {string | number} id @param {object} body what shall be otherwise @param {string | null} etag @param {string} [key] */
export const changeCase = (id, body, etag, key) => request("POST", `${ROOT}/${id}`, { body, ifMatch: etag, key });

/** @param {string | number} id @param {string} description @param {string} key */
export const addNote = (id, description, key) => post(`${ROOT}/${id}/activities`, { activity_type: "note", description }, { key });

/** @param {string | number} id @param {"activities" | "attachments" | "communications"} part
 * @param {AbortSignal} signal @returns {Promise<any[]>} */
export const readPart = async (id, part, signal) =>
  (await get(`${ROOT}/${id}/${part}`, {}, { signal })).data;

/** A page of the list, or of what is found.
 * @param {Record<string, any>} query @param {AbortSignal} signal @returns {Promise<{data: any[], pagination: any}>} */
export const listCases = (query, signal) => get(ROOT, query, { signal });

/** @param {string} text @param {number} offset @param {AbortSignal} signal */
export const searchCases = (text, offset, signal) =>
  get("/helpline/api/search/cases", { q: typed(text), limit: 20, offset }, { signal });

