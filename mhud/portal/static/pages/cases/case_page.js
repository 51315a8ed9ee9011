/** One case: its story, what happened, who was in contact, its files. */
import { ApiError } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { onEvent } from "../../app/live.js";
import { href } from "../../app/router.js";
import { Empty, Loaded, PageHead, Status, html, useEffect, useLoad } from "../../kit/index.js";
import { CaseActions } from "./case_actions.js";
import { CaseState } from "./case_state.js";
import { CaseStory } from "./case_story.js";
import { Contacts } from "./contacts.js";
import { Files } from "./files.js";
import { History } from "./history.js";
import { readCase, readPart } from "./case_api.js";
import { useCategories, usePeople } from "./lookups.js";

const BACK = () => ({ href: href("/cases"), label: t("nav.cases") });

/** @param {{params: {id: string}}} props */
export default function CasePage({ params: { id } }) {
  const found = useLoad((signal) => readCase(id, signal), [id]);
  if (found.data === undefined && isUnknown(found.error)) {
    return html`<${PageHead} title=${t("nav.case")} back=${BACK()} />
      <${Empty} icon="case" title=${t("cases.unknown")}>${t("cases.unknown_hint")}<//>`;
  }
  return html`${found.data === undefined && html`<${PageHead} title=${t("nav.case")} back=${BACK()} />`}
    <${Loaded} of=${found} rows=${10}>${(/** @type {import("./case_api.js").Found} */ data) =>
      html`<${Whole} found=${data} again=${found.again} />`}<//>`;
}

/** @param {unknown} error */
const isUnknown = (error) => error instanceof ApiError && error.status === 404;

/** @param {{found: import("./case_api.js").Found, again: () => void}} props */
function Whole({ found, again }) {
  const one = found.case;
  const history = useLoad((signal) => readPart(one.id, "activities", signal), [one.id]);
  const contacts = useLoad((signal) => readPart(one.id, "communications", signal), [one.id]);
  const files = useLoad((signal) => readPart(one.id, "attachments", signal), [one.id]);
  const categories = useCategories();
  const people = usePeople();
  const readAll = (/** @type {{again: () => void}[]} */ ...parts) => parts.forEach((part) => part.again());
  const changed = () => readAll({ again }, history);
  const logged = () => readAll(history, contacts);
  useEffect(() => onEvent(["case.*", "communication.*"], (event) => {
    if (event.case?.id === one.id) changed();
    if (event.communication?.case_id === one.id) logged();
  }), [one.id]);
  const shared = { found, categories, people, onChanged: changed };
  return html`<${PageHead} title=${one.title} back=${BACK()} actions=${html`<${CaseActions} ...${shared} />`}>
      <div class="row"><span class="cases-number">${one.case_number}</span>
        <${Status} kind="case_status" word=${one.status} /><${Status} kind="priority" word=${one.priority} /></div><//>
    <div class="columns-main"><div class="stack">
      <${CaseStory} of=${one} />
      <${History} of=${one} history=${history} /></div>
    <div class="stack"><${CaseState} ...${shared} />
      <${Contacts} of=${one} contacts=${contacts} onLogged=${logged} />
      <${Files} of=${one} files=${files} onAdded=${() => readAll(history, files)} /></div></div>`;
}
