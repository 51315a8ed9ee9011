/** The list of cases: filtered, or searched as one types. */
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { href, setQuery } from "../../app/router.js";
import { ButtonLink, PageHead, html, signal } from "../../kit/index.js";
import { CaseFilters } from "./case_filters.js";
import { CaseHits } from "./case_hits.js";
import { CaseList } from "./case_list.js";
import { useCategories, usePeople } from "./lookups.js";

/** Kept while one looks into a case and comes back; never in an address, for it may be a name. */
const searched = signal("");

/** @param {{query: Record<string, string>}} props */
export default function Cases({ query }) {
  const categories = useCategories();
  const people = usePeople();
  const narrow = (/** @type {Record<string, any>} */ change) => setQuery({ ...query, offset: "", ...change });
  const actions = may("create_case") && html`<${ButtonLink} kind="primary" icon="plus" href=${href("/cases/new")}>${t("cases.new")}<//>`;
  return html`<${PageHead} title=${t("nav.cases")} actions=${actions} />
    <${CaseFilters} query=${query} onNarrow=${narrow} categories=${categories} people=${people}
      text=${searched.value} onText=${(/** @type {string} */ text) => (searched.value = text)} />
    ${searched.value.trim()
      ? html`<${CaseHits} text=${searched.value.trim()} />`
      : html`<${CaseList} query=${query} categories=${categories} onNarrow=${narrow} />`}`;
}
