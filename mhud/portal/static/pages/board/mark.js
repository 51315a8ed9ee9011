import { html } from "../../vendor/kit.js";
import { t } from "../../app/i18n.js";
import { Badge } from "../../kit/badge.js";

/** A figure beyond a limit gets a shape and a word besides its color.
 * @param {{level: import("./limits.js").Level, children?: any}} props */
export function Marked({ level, children }) {
  if (!level) return html`<span>${children}</span>`;
  return html`<${Badge} tone=${level} plain>${children}<span class="hidden"> ${t(`board.level_${level}`)}</span><//>`;
}
