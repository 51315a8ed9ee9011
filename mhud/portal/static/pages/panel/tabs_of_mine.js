/** Two tabs of one person: what is typed in one is seen in the other. Nothing is stored. */

/** @typedef {{callId: string, form?: any, version?: string, logged?: boolean}} News */
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("mhud.forms") : null;

/** @param {News} news */
export const tellTabs = (news) => channel?.postMessage(news);

/** @param {(news: News) => void} hear */
export function hearTabs(hear) {
  channel?.addEventListener("message", (event) => hear(event.data));
}
