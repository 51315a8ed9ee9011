/** What a supervisor has on every page: the bell that says who asks for help. */
import { loadMessages } from "../../app/i18n.js";
import { addToBar } from "../../app/slots.js";
import { HelpBell } from "./bell.js";

/** Again for somebody else is no harm. */
export async function install() {
  await loadMessages(["supervisor"]);
  addToBar(HelpBell);
}
