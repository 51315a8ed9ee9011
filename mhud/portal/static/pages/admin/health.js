import { Badge, Button, Figure, Loaded, Notice, PageHead, Panel, RadioField, html, useAction, useEffect, useLoad, useState } from "../../kit/index.js";
import { get, post } from "../../app/api.js";
import { formatAgo, formatNumber } from "../../app/format.js";
import { hasText, t } from "../../app/i18n.js";
import { CopyButton } from "./secret.js";

/** @typedef {"ok" | "warning" | "wrong" | "unknown"} State
 * @typedef {{name: string, state: State, text: string, fix: string | null}} Check
 * @typedef {{checked_at: string | null, running: boolean, failed: boolean, counts: Record<State, number>, checks: Check[]}} Found */
const AGAIN_MS = 1500;
const STATES = /** @type {const} */ (["wrong", "warning", "unknown", "ok"]);
/** @type {Record<State, import("../../kit/badge.js").Tone>} */
const TONES = { wrong: "bad", warning: "warn", unknown: "neutral", ok: "good" };

export default function Health() {
  const [which, setWhich] = useState("all");
  const health = useLoad((signal) => get("/api/v1/health", {}, { signal }), []);
  const check = useAction(async () => health.set(await post("/api/v1/health/check")));
  const found = /** @type {Found | undefined} */ (health.data);
  const isRunning = !!found?.running;
  useEffect(() => {
    if (!isRunning || health.busy) return undefined; // also when it could not be read: it goes on
    const timer = setTimeout(health.again, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isRunning, health.busy]);
  const actions = html`<${Button} icon="refresh" busy=${check.busy || isRunning} onClick=${() => void check.run()}>${t("health.check")}<//>`;
  return html`<${PageHead} title=${t("health.title")} actions=${actions}>
      <p class="quiet" role="status">${found ? whenOf(found) : t("health.about")}</p><//>
    <${Loaded} of=${health} rows=${8}>${(/** @type {Found} */ data) => html`<div class="stack"><${Sum} of=${data} />
      <${RadioField} label=${t("health.show")} hideLabel value=${which} onInput=${setWhich}
        options=${[{ value: "all", label: t("health.all") }, { value: "open", label: t("health.open") }]} />
      <p class="quiet small">${t("health.lines")}</p>
      ${STATES.filter((state) => which === "all" || state !== "ok").map((state) => html`<${Part} key=${state} state=${state} checks=${data.checks.filter((one) => one.state === state)} />`)}</div>`}<//>`;
}

/** @param {Found} found */
const whenOf = (found) =>
  found.running ? t("health.running") : found.checked_at ? t("health.checked", { ago: formatAgo(found.checked_at) }) : t("health.about");

/** @param {{of: Found}} props */
function Sum({ of }) {
  const failed = of.failed && !of.running && html`<${Notice} tone="bad">${t("health.failed")}<//>`;
  if (!of.checked_at) return failed || html`<${Notice}>${t("health.first")}<//>`;
  return html`${failed}<div class="figures">${STATES.map((state) => html`<${Figure} key=${state} label=${t(`health.count_${state}`)} value=${formatNumber(of.counts[state])}
    tone=${of.counts[state] && state !== "ok" ? TONES[state] : undefined} />`)}</div>
    ${!of.counts.wrong && !of.counts.warning && html`<${Notice} tone="good">${t("health.well")}<//>`}`;
}

/** @param {{state: State, checks: Check[]}} props */
function Part({ state, checks }) {
  if (!checks.length) return null;
  return html`<${Panel} title=${t(`health.count_${state}`)} flush><ul>${checks.map((one, n) => html`<${Line} key=${`${one.name}/${n}`} of=${one} />`)}</ul><//>`;
}

/** What it is about, in the person's language; what was found and what mends it are mhud's own lines, in English.
 * @param {{of: Check}} props */
function Line({ of: { name, state, text, fix } }) {
  const what = `health.what.${name}`;
  return html`<li class="check-line"><div><${Badge} tone=${TONES[state]}>${t(`health.state_${state}`)}<//></div>
    <div class="check-text"><p><span lang="en">${text}</span> <code class="quiet">${name}</code></p>
      ${hasText(what) && html`<p class="quiet small">${state === "ok" ? t(what) : t("health.should", { what: t(what) })}</p>`}
      ${fix && html`<p class="quiet small">${t("health.fix")}</p>
        <div class="fix-box"><pre class="fix mono" lang="en" tabindex="0" aria-label=${t("health.fix")}>${fix}</pre><${CopyButton} text=${fix} /></div>`}</div></li>`;
}
