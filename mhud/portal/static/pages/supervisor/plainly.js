import { post } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { inWords, whyOf } from "../../app/refusals.js";

/** Does that with a call, or says in words of ours why it can't be done.
 * @param {string} id of a call @param {"end" | "move" | "transfer"} what @param {unknown} [body] @returns {Promise<any>} */
export const ask = (id, what, body) => inWords(post(pathOf(id, what), body), (error) => whyOf(error, ["supervisor.why_"]));

/** @param {string} id of a call @param {string} mode @returns {Promise<any>} */
export const hear = (id, mode) => inWords(post(pathOf(id, "monitor"), { mode }), (error) =>
  whyOf(error, ["supervisor.why_hear_", "supervisor.why_"]) ?? (error.status === 409 && error.details?.reason ? t("supervisor.why_hear_other") : null));

/** @param {string} id @param {string} what */
const pathOf = (id, what) => `/api/v1/calls/${encodeURIComponent(id)}/${what}`;
