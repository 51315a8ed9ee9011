/** Clients as the API has them. */
import { get, request } from "../../app/api.js";

export const ROOT = "/api/v1/clients";

/** @typedef {Record<string, any> & {id: string, name: string}} Client */

/** @param {string} id @param {AbortSignal} [signal] @returns {Promise<{item: Client, etag: string | null}>} */
export async function readClient(id, signal) {
  const answer = await request("GET", `${ROOT}/${id}`, { signal });
  return { item: answer.body, etag: answer.etag };
}

/** @param {string} query @param {string | null} cursor @param {AbortSignal} [signal] */
export async function searchClients(query, cursor, signal) {
  const found = await get(`${ROOT}/search`, { query, cursor, limit: 20 }, { signal });
  return { items: /** @type {Client[]} */ (found.clients), cursor: found.next_cursor, total: found.total };
}
