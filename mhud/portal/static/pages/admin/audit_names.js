/** Names and pages of what the trail knows by its id, as far as who reads it may see them. */
import { useLoad } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { may, mayAny } from "../../app/rights.js";
import { href } from "../../app/router.js";
import { READERS } from "../cases/case_rights.js";

/** @typedef {{id: number, username: string, name: string, agent_id: string | null}} Known
 * @typedef {{people: Known[], queues: {id: string, name: string}[]}} Names */
const NOBODY = /** @type {Names} */ ({ people: [], queues: [] });

/** Without them ids are shown: nothing waits for names. @returns {Names} */
export function useNames() {
  const names = useLoad(async (signal) => {
    const [people, queues] = await Promise.all([
      may("view_users") ? get("/helpline/api/users", {}, { signal }) : { data: [] },
      may("view_queues") ? get("/api/v1/queues", {}, { signal }) : { queues: [] },
    ]);
    return { people: people.data, queues: queues.queues };
  }, []);
  return names.data ?? NOBODY;
}

/** @param {Names} names @param {number} id of who did it */
export const personOf = ({ people }, id) => people.find((one) => one.id === id);

/** @type {Record<string, {rights: string[], to: (id: string) => string}>} */
const PAGES = {
  agent: { rights: ["view_users"], to: (id) => href("/agents", { agent: id }) },
  case: { rights: READERS, to: (id) => href(`/cases/${id}`) },
  client: { rights: ["view_clients"], to: (id) => href(`/clients/${id}`) },
  key: { rights: ["manage_keys"], to: (id) => href(`/api-keys/${id}`) },
  queue: { rights: ["manage_queues"], to: (id) => href(`/queues/${encodeURIComponent(id)}`) },
  report: { rights: ["view_reports"], to: (id) => href(`/reports/${id}`) },
  user: { rights: ["view_users"], to: (id) => href(`/users/${id}`) },
  webhook: { rights: ["manage_webhooks"], to: (id) => href(`/webhooks/${id}`) },
};
const LISTS = /^[a-z-]+s$/; // "cases": a list was looked at, which is no one thing

/** Where one looks at it; null: nowhere, or not he. @param {string} kind @param {string} id */
export function pageOf(kind, id) {
  const page = PAGES[kind];
  return page && id && !LISTS.test(id) && mayAny(page.rights) ? page.to(id) : null;
}

/** Its name, else its id. @param {Names} names @param {string} kind @param {string} id */
export function nameOf({ people, queues }, kind, id) {
  if (kind === "user") return people.find((one) => String(one.id) === id)?.name ?? id;
  if (kind === "agent") return people.find((one) => one.agent_id === id)?.name ?? id;
  if (kind === "queue") return queues.find((one) => one.id === id)?.name ?? id;
  return id;
}
