/** Whether what was typed is safe. */
import { html } from "../../kit/index.js";
import { ApiError, isConflict, say } from "../../app/errors.js";
import { formatTime } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { Icon } from "../../kit/icon.js";

/** @param {{form: import("./call_form.js").CallForm}} props */
export function Draft({ form }) {
  const { state, error, at } = form.kept.value;
  if (state === "failed") {
    return html`<p class="draft draft-failed" role="alert"><${Icon} name="warning" size=${16} /><span>${whyNot(error)}</span></p>`;
  }
  const words = state === "kept" ? (at ? t("panel.draft_kept", { at: formatTime(at) }) : t("panel.draft_empty")) : t("panel.draft_soon");
  return html`<p class="draft quiet">${state === "kept" && at && html`<${Icon} name="check" size=${16} />`}<span>${words}</span></p>`;
}

/** @param {unknown} error */
function whyNot(error) {
  if (isConflict(error)) return t("panel.draft_two_versions");
  return `${t("panel.draft_failed")} ${error instanceof ApiError && error.status === 409 ? t("panel.too_many_drafts") : say(error)}`;
}
