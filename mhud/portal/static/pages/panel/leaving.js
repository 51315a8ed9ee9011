/** A call is on the phone of this page: who signs out or closes the window leaves a caller in silence. */
import { t } from "../../app/i18n.js";
import { guardLeaving } from "../../app/router.js";
import { isOnPhone } from "./steering.js";

/** Called once. */
export const guardCall = () => guardLeaving(() => (isOnPhone() ? t("panel.leave_call") : null), { forGood: true });
