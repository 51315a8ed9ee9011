/** What a place shows while there is nothing to show. */
import { html, useEffect, useState } from "../vendor/kit.js";
import { say } from "../app/errors.js";
import { formatTime } from "../app/format.js";
import { t } from "../app/i18n.js";
import { asOf, pbx, status, trouble } from "../app/live.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

const SLOW_MS = 6000;

/** Room is kept for `rows` lines, so that nothing jumps. @param {{rows?: number, label?: string}} props */
export function Loading({ rows = 3, label }) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return html`<div class="loading" role="status">
    ${isSlow ? html`<p class="quiet">${t("kit.slow")}</p>` : html`<span class="hidden">${label ?? t("kit.loading")}</span>`}
    ${Array.from({ length: rows }, (_, n) => html`<span key=${n} class="loading-row"></span>`)}
  </div>`;
}

/** @param {{title: string, icon?: string, children?: any}} props what it would hold, and what to do */
export function Empty({ title, icon = "info", children }) {
  return html`<div class="empty"><${Icon} name=${icon} size=${28} />
    <p class="empty-title">${title}</p>${children && html`<div>${children}</div>`}</div>`;
}

/** @param {{error: unknown, again?: () => void, compact?: boolean}} props */
export function Failed({ error, again, compact = false }) {
  return html`<div class="failed${compact ? " failed-compact" : ""}" role="alert">
    <${Icon} name="warning" /><p>${say(error)}</p>
    ${again && html`<${Button} icon="refresh" onClick=${again}>${t("kit.again")}<//>`}</div>`;
}

/** A line about the page: `tone` info, warn or bad. @param {{tone?: "info" | "warn" | "bad" | "good", children?: any, actions?: any}} props */
export function Notice({ tone = "info", children, actions }) {
  const icon = { info: "info", warn: "warning", bad: "warning", good: "check" }[tone];
  return html`<div class="notice notice-${tone}" role=${tone === "bad" ? "alert" : "status"}>
    <${Icon} name=${icon} /><div class="notice-text">${children}</div>${actions}</div>`;
}

/** Says when what is live is not: on top of every page that shows what happens now. */
export function Stale() {
  if (trouble.value && status.value !== "live") return html`<${Notice} tone="bad">${say(trouble.value)} ${t("kit.by_itself")}<//>`;
  if (status.value === "lost") {
    const at = asOf.value ? formatTime(asOf.value) : null;
    return html`<${Notice} tone="warn">${at ? t("kit.stale", { at }) : t("kit.connecting")}<//>`;
  }
  if (!pbx.value) return html`<${Notice} tone="bad">${t("kit.pbx_down")}<//>`;
  return null;
}

/** Of `useLoad`: loading, failed, empty or what is there. While it is read again the old stays.
 * @param {{of: import("./use_load.js").Load<any>, rows?: number, isEmpty?: (data: any) => boolean,
 *   empty?: any, children: (data: any) => any}} props */
export function Loaded({ of, rows, isEmpty = nothing, empty, children }) {
  if (of.data === undefined) {
    return of.error ? html`<${Failed} error=${of.error} again=${of.again} />` : html`<${Loading} rows=${rows} />`;
  }
  return html`<div aria-busy=${of.busy}>
    ${of.error && html`<${Failed} error=${of.error} again=${of.again} compact />`}
    ${empty && isEmpty(of.data) ? empty : children(of.data)}</div>`;
}

/** @param {any} data */
const nothing = (data) => Array.isArray(data) && !data.length;
