import { t } from "../../app/i18n.js";

const SHORTEST = 10; // as the API has it; it also knows the common ones

/** Wrong fields, before anything is sent. @param {{new_password: string, again: string}} typed */
export function checkPasswords({ new_password, again }) {
  /** @type {Record<string, string>} */
  const wrong = {};
  if (new_password.length < SHORTEST) wrong.new_password = t("account.too_short", { n: SHORTEST });
  if (again !== new_password) wrong.again = t("account.differs");
  return wrong;
}
