import { me } from "./session.js";

/** Has he this right, at least for himself? What it hides it does not protect: the API does.
 * @param {string} right */
export const may = (right) => me.value?.permissions.includes(right) ?? false;

/** Has he one of these? None named: everybody who is signed in. @param {string[]} rights */
export const mayAny = (rights) => !rights.length || rights.some(may);

/** Has he it for everybody, or over this agent? @param {string} right @param {string | null} [agentId] */
export const mayFor = (right, agentId = null) =>
  may(right) && (!me.value?.own_only.includes(right) || (!!agentId && agentId === me.value.agent_id));

/** Is this page for him? The desk is for who has a phone. @param {{rights: string[], phone?: boolean}} page */
export const isFor = (page) => mayAny(page.rights) && (!page.phone || !!me.value?.agent_id);
