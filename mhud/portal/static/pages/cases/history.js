import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { Empty, Icon, Loaded, Panel, Text, When, html } from "../../kit/index.js";
import { titleOf, wordsOf } from "./activity_words.js";
import { NoteForm } from "./note_form.js";

/** @type {Record<string, string>} */
const ICONS = {
  note: "edit", status_change: "refresh", assignment: "person", escalation: "alert", resolution: "check",
  priority_change: "tag", attachment: "file", communication: "call",
};

/** What happened, newest first, and where a note is added.
 * @param {{of: import("./case_api.js").Case, history: import("../../kit/use_load.js").Load<any[]>}} props */
export function History({ of: one, history }) {
  return html`<${Panel} title=${t("cases.history")}>
    ${may("update_case") && html`<${NoteForm} id=${one.id} onAdded=${history.again} />`}
    <${Loaded} of=${history} rows=${5} empty=${html`<${Empty} icon="clock" title=${t("cases.no_history")} />`}>${(/** @type {any[]} */ all) => html`
      <ol class="timeline" aria-label=${t("cases.history")}>${all.map((entry) => html`<${Entry} key=${entry.id} of=${entry} />`)}</ol>`}<//>
  <//>`;
}

/** @param {{of: any}} props */
function Entry({ of: entry }) {
  const words = wordsOf(entry);
  return html`<li class="timeline-entry timeline-${entry.activity_type}">
    <span class="timeline-icon"><${Icon} name=${ICONS[entry.activity_type] ?? "info"} size=${16} /></span>
    <div><p class="timeline-head"><strong>${titleOf(entry)}</strong> <span class="small quiet"><${Text}>${entry.user_display_name}<//> · <${When} at=${entry.created_at} /></span></p>
    ${words && html`<${Text} lines>${words}<//>`}</div></li>`;
}
