import { formatPercent } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { Facts, Panel, Status, Text, html, wordOf } from "../../kit/index.js";

/** What it is about: the child, who reported it, what was written down. @param {{of: import("./case_api.js").Case}} props */
export function CaseStory({ of: one }) {
  return html`<${Panel} title=${t("cases.story")}><div class="stack">
      ${one.description ? html`<${Text} lines>${one.description}<//>` : html`<p class="quiet">${t("cases.no_description")}</p>`}
      <div class="cases-people">
        <section><h3>${t("cases.child")}</h3><${Facts} items=${childFacts(one)} /></section>
        <section><h3>${t("cases.reporter")}</h3><${Facts} items=${reporterFacts(one)} /></section>
      </div></div><//>
    ${(one.ai_transcript || one.ai_translation || one.ai_risk_level) && html`<${Transcript} of=${one} />`}`;
}

/** @param {string | null} value */
const said = (value) => (value ? html`<${Text}>${value}<//>` : null);

/** @param {import("./case_api.js").Case} one @returns {[string, any][]} */
const childFacts = (one) => [
  [t("cases.child_name"), said(one.child_name)],
  [t("cases.child_age"), one.child_age],
  [t("cases.child_gender"), wordOf("gender", one.child_gender)],
  [t("cases.child_location"), said(one.child_location)],
];

/** @param {import("./case_api.js").Case} one @returns {[string, any][]} */
const reporterFacts = (one) => [
  [t("cases.reporter_name"), said(one.reporter_name)],
  [t("cases.reporter_relationship"), said(one.reporter_relationship)],
  [t("cases.reporter_phone"), said(one.reporter_phone)],
  [t("cases.reporter_email"), said(one.reporter_email)],
];

/** What a program made of the call; people decide. @param {{of: import("./case_api.js").Case}} props */
function Transcript({ of: one }) {
  const sure = one.ai_confidence === null ? null : t("cases.ai_sure", { percent: formatPercent(one.ai_confidence * 100) });
  return html`<${Panel} title=${t("cases.ai")}><div class="stack">
    ${one.ai_risk_level && html`<div class="row"><span class="small quiet">${t("cases.ai_risk")}</span>
      <${Status} kind="priority" word=${one.ai_risk_level} />${sure && html`<span class="small quiet">${sure}</span>`}</div>`}
    ${one.ai_transcript && html`<details><summary>${t("cases.ai_transcript")}</summary><${Text} lines>${one.ai_transcript}<//></details>`}
    ${one.ai_translation && html`<details><summary>${t("cases.ai_translation")}</summary><${Text} lines>${one.ai_translation}<//></details>`}
    </div><//>`;
}
