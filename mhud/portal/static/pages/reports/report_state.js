import { t } from "../../app/i18n.js";
import { Badge, html } from "../../kit/index.js";

/** @type {Record<string, import("../../kit/badge.js").Tone>} */
const TONES = { generating: "info", completed: "good", failed: "bad", expired: "neutral" };

/** How far it is. @param {{of: {status: string, progress: number}}} props */
export function ReportState({ of: report }) {
  const isMaking = report.status === "generating";
  return html`<${Badge} tone=${TONES[report.status] ?? "neutral"}>${t(`reports.is_${report.status}`)}${isMaking && ` ${report.progress} %`}<//>`;
}
