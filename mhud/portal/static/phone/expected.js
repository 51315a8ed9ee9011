/**
 * Which calls this page asked for. A phone that answers by itself opens a microphone: it does so for
 * a call whose X-Call-Id is that of a request of this very page, and for no other.
 */

/** @type {Set<Promise<string>>} */
const asked = new Set();

/** @param {Promise<string>} request of the id that the call will carry
 * @returns {() => void} for when it will not come */
export function expect(request) {
  const forget = () => void asked.delete(request);
  asked.add(request);
  request.catch(forget);
  return forget;
}

/** Whether somebody waits for a call just now, so that it need not ring. */
export const isExpecting = () => asked.size > 0;

/** Waits for requests that are under way: the call may be faster than the answer.
 * @param {string | null} id @returns {Promise<boolean>} once for each request */
export async function wasAsked(id) {
  for (const request of id ? asked : []) {
    const known = await request.catch(() => null);
    if (known !== id) continue;
    asked.delete(request);
    return true;
  }
  return false;
}
