import { t } from "../../app/i18n.js";

/** Why a try failed, in words. @param {{error: string | null, response_status?: number | null, status?: number | null}} tried */
export function whyOf(tried) {
  const status = tried.response_status ?? tried.status;
  if (tried.error && tried.error !== "status") return t(`webhooks.error_${tried.error}`);
  return status ? t("webhooks.answered", { status: String(status) }) : "–";
}
