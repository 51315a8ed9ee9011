import { html } from "../vendor/kit.js";
import { t } from "../app/i18n.js";
import { Button } from "./button.js";
import { Notice } from "./states.js";

/**
 * Somebody else changed it meanwhile: what stands there now beside what was typed here.
 * @param {{rows: {label: string, mine: any, theirs: any}[], onMine: () => void, onTheirs: () => void}} props
 *   `onMine`: send again with the new version; `onTheirs`: drop what was typed
 */
export function Conflict({ rows, onMine, onTheirs }) {
  const differing = rows.filter((row) => row.mine !== row.theirs);
  return html`<section class="conflict" aria-label=${t("kit.conflict_title")}>
    <${Notice} tone="warn">${t("kit.conflict")}<//>
    <table><thead><tr><th scope="col">${t("kit.conflict_field")}</th>
      <th scope="col">${t("kit.conflict_mine")}</th><th scope="col">${t("kit.conflict_theirs")}</th></tr></thead>
    <tbody>${differing.map((row) => html`<tr key=${row.label}><th scope="row">${row.label}</th>
      <td><bdi>${row.mine ?? "–"}</bdi></td><td><bdi>${row.theirs ?? "–"}</bdi></td></tr>`)}</tbody></table>
    <div class="actions"><${Button} onClick=${onTheirs}>${t("kit.take_theirs")}<//>
      <${Button} kind="primary" onClick=${onMine}>${t("kit.keep_mine")}<//></div>
  </section>`;
}
