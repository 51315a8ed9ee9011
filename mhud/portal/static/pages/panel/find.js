/** Finding a person or a case as one types. */
import { SearchField, Status, Text, html, useLoad, useState } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { say } from "../../app/errors.js";
import { t } from "../../app/i18n.js";

const MOST = 6;

/** @param {{onFound: (client: any) => void}} props */
export function FindClient({ onFound }) {
  const ask = async (/** @type {string} */ query, /** @type {AbortSignal} */ signal) =>
    (await get("/api/v1/clients/search", { query, limit: MOST }, { signal })).clients;
  return html`<${Find} label=${t("panel.find_client")} hint=${t("panel.find_client_hint")} ask=${ask} onFound=${onFound}
    line=${(/** @type {any} */ one) => html`<${Text}>${one.name}<//><span class="quiet small"><bdi>${one.phone ?? ""}</bdi></span>`} />`;
}

/** @param {{onFound: (one: any) => void}} props */
export function FindCase({ onFound }) {
  const ask = async (/** @type {string} */ q, /** @type {AbortSignal} */ signal) =>
    (await get("/helpline/api/search/cases", { q, limit: MOST }, { signal })).data;
  return html`<${Find} label=${t("panel.find_case")} hint=${t("panel.find_case_hint")} ask=${ask} onFound=${onFound}
    line=${(/** @type {any} */ one) => html`<bdi>${one.case_number}</bdi><${Text}>${one.title}<//>${one.status && html`<${Status} kind="case_status" word=${one.status} plain />`}`} />`;
}

/** @param {{label: string, hint: string, ask: (query: string, signal: AbortSignal) => Promise<any[]>,
 *   onFound: (one: any) => void, line: (one: any) => any}} props */
function Find({ label, hint, ask, onFound, line }) {
  const [query, setQuery] = useState("");
  const found = useLoad((signal) => (query.trim() ? ask(query.trim(), signal) : Promise.resolve([])), [query]);
  const isNone = query.trim() && !found.busy && !found.error && found.data?.length === 0;
  return html`<div class="find"><${SearchField} label=${label} hint=${hint} value=${query} onInput=${setQuery} error=${found.error ? say(found.error) : undefined} />
    <p class="hidden" role="status">${query.trim() && !found.busy ? t("panel.found", { n: found.data?.length ?? 0 }) : ""}</p>
    ${isNone && html`<p class="quiet small">${t("panel.found_none")}</p>`}
    <ul class="find-list">${(found.data ?? []).map((one) => html`<li key=${one.id}>
      <button type="button" class="find-line" onClick=${() => onFound(one)}>${line(one)}</button></li>`)}</ul></div>`;
}
