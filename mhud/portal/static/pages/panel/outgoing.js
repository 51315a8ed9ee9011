/** What came of a call that I made: who does not answer leaves nothing on the desk that says so. */
import { toast, wordOf } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { onEvent } from "../../app/live.js";
import { me } from "../../app/session.js";

/** Called once. */
export function watchOutgoing() {
  onEvent("call.ended", ({ call }) => {
    if (call.direction !== "outbound" || call.agent_id !== me.peek()?.agent_id || call.answer_time) return;
    toast(t("panel.not_reached", { why: wordOf("end_reason", call.end_reason) }), "warn");
  });
}
