/** A report is asked for; it is made beside everything else. */
import { post } from "../../app/api.js";
import { serverNow } from "../../app/clock.js";
import { t } from "../../app/i18n.js";
import { go, href } from "../../app/router.js";
import { Button, ButtonLink, Notice, PageHead, Panel, TextField, html, useForm, useRef } from "../../kit/index.js";
import { USUAL, WishFields, wishOf } from "./wish_fields.js";

const DAY_MS = 86_400_000;

export default function NewReport() {
  const made = useRef("");
  const form = useForm(
    { start_date: day(serverNow() - 6 * DAY_MS), end_date: day(serverNow()), group_by: "day", format: "json", metrics: USUAL, queues: [], agents: [] },
    async (values, key) => {
      made.current = (await post("/api/v1/reports/calls", wishOf(values), { key })).report_id;
    },
    { check: wrong, guard: false },
  );
  const send = async (/** @type {Event} */ event) => {
    if (await form.submit(event)) go(`/reports/${made.current}`);
  };
  return html`<${PageHead} title=${t("reports.ask")} back=${{ href: href("/reports"), label: t("nav.reports") }} />
    <${Panel}><form class="form cases-form" novalidate onSubmit=${send}>
      ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
      <div class="columns"><${TextField} ...${form.field("start_date")} type="date" label=${t("reports.from")} required />
        <${TextField} ...${form.field("end_date")} type="date" label=${t("reports.to")} required hint=${t("reports.to_hint")} /></div>
      <${WishFields} form=${form} />
      <div class="actions"><${ButtonLink} href=${href("/reports")}>${t("kit.cancel")}<//>
        <${Button} kind="primary" type="submit" busy=${form.busy}>${t("reports.make")}<//></div></form><//>`;
}

/** As the person's calendar has it. @param {number} at ms */
const day = (at) => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

/** @param {{start_date: string, end_date: string}} values @returns {Record<string, string>} */
function wrong({ start_date: start, end_date: end }) {
  if (!start) return { start_date: t("reports.day_needed") };
  if (!end) return { end_date: t("reports.day_needed") };
  return end < start ? { end_date: t("reports.end_before") } : {};
}
