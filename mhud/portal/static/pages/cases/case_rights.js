/** What he may do with a case, as docs/cases.md has it. The API decides; this only hides. */
import { may } from "../../app/rights.js";
import { me } from "../../app/session.js";

/** Any of these lets one see cases at all. */
export const READERS = [
  "view_all_cases", "create_case", "update_case", "assign_case", "escalate_case", "delete_case", "log_communication",
];

/** @param {import("./case_api.js").Case} one */
export const isMine = (one) => [one.created_by, one.assigned_user_id].includes(me.value?.id);

/** @param {import("./case_api.js").Case} one */
export const mayEdit = (one) => may("update_case") && (may("view_all_cases") || isMine(one));

/** To anybody. */
export const mayAssign = () => may("assign_case") && may("view_all_cases");

/** To himself. @param {import("./case_api.js").Case} one */
export const mayTake = (one) =>
  may("assign_case") && may("update_case") && one.assigned_user_id !== me.value?.id &&
  (one.assigned_user_id === null || may("view_all_cases"));
