/** What I am for the queues, and what I will be after the call. */
import { Button, Menu, Status, Timer, html, useAction, useLoad, wordOf } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { agent } from "./desk.js";
import { setStatus } from "./steering.js";

/** @type {Promise<string[]> | null} */
let reasons = null;
const readReasons = () =>
  (reasons ??= get("/api/v1/forms").then((found) => found.break_reasons).catch((error) => {
    reasons = null;
    throw error;
  }));

/** @param {{compact?: boolean, isQuiet?: boolean}} props compact: in the bar of other pages; isQuiet: which says it already */
export function Presence({ compact = false, isQuiet = false }) {
  const known = useLoad(readReasons, []);
  const set = useAction(setStatus);
  const mine = agent.value;
  if (!mine) return null;
  const choose = (/** @type {"available" | "on-break" | "offline"} */ to, /** @type {string} */ reason) => () => void set.run(to, reason);
  const breaks = (known.data ?? ["break"]).map((/** @type {string} */ reason) => ({
    label: t("panel.break_for", { reason: wordOf("reason", reason) }), icon: "pause",
    checked: mine.status === "on-break" && mine.reason_code === reason, onClick: choose("on-break", reason),
  }));
  const rest = { label: wordOf("agent", "offline"), icon: "close", checked: mine.status === "offline", onClick: choose("offline", "") };
  const isIn = mine.status !== "available" || !!mine.pending_status;
  return html`<div class="presence" role="group" aria-label=${t("panel.my_status")}>
    ${!isQuiet && html`<span class="presence-now" role="status"><${Status} kind="agent" word=${mine.status} />
      <${Timer} since=${mine.since} label=${t("panel.for_so_long")} />
      ${!compact && html`<span class="quiet small presence-why">${why(mine)}</span>`}</span>`}
    ${!compact && html`<${Button} icon="check" busy=${set.busy} disabled=${!isIn || (isTalking(mine) && !mine.pending_status)}
      onClick=${choose("available", "")}>${t("panel.become_available")}<//>`}
    <${Menu} label=${t("panel.break_or_leave")} icon="pause" items=${[
      compact && isIn && { label: t("panel.become_available"), icon: "check", onClick: choose("available", "") }, ...breaks, rest,
    ]}>${compact ? null : t("panel.break_or_leave")}<//>
  </div>`;
}

/** @param {any} mine */
const isTalking = (mine) => mine.status === "on-call" || mine.status === "ringing";

/** @param {any} mine */
function why(mine) {
  if (mine.pending_status) return t("panel.after_the_call", { status: wordOf("agent", mine.pending_status) });
  return mine.status === "on-break" && mine.reason_code ? wordOf("reason", mine.reason_code) : "";
}
