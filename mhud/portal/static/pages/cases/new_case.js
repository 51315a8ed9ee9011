/** A case that did not come from a call in hand. */
import { post } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { go, href } from "../../app/router.js";
import { Button, ButtonLink, Notice, PageHead, Panel, html, useForm } from "../../kit/index.js";
import { ROOT } from "./case_api.js";
import { CaseFields, bodyOf, check, valuesOf } from "./case_fields.js";
import { useCategories } from "./lookups.js";

/** @param {{query: {client_id?: string}}} props `client_id`: whose it is */
export default function NewCase({ query }) {
  const categories = useCategories();
  const send = async (/** @type {Record<string, string>} */ values, /** @type {string} */ key) => {
    const body = { ...bodyOf(values), ...(query.client_id ? { client_id: query.client_id } : {}) };
    const made = await post(ROOT, body, { key });
    queueMicrotask(() => go(`/cases/${made.data.id}`)); // when the form knows that it is saved
  };
  const form = useForm(valuesOf({}), send, { check });
  return html`<${PageHead} title=${t("cases.new")} back=${{ href: href("/cases"), label: t("nav.cases") }} />
    <${Panel}><form class="form cases-form" novalidate onSubmit=${form.submit}>
      ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
      <${CaseFields} form=${form} categories=${categories} />
      <div class="actions"><${ButtonLink} href=${href("/cases")}>${t("kit.cancel")}<//>
        <${Button} kind="primary" type="submit" busy=${form.busy}>${t("cases.create")}<//></div>
    </form><//>`;
}
