import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { me } from "../../app/session.js";
import { ChecksField, Failed, SelectField, TextField, html, useLoad, useState } from "../../kit/index.js";
import { PERIODS, optionsOf } from "./metrics.js";
import { WishFields } from "./wish_fields.js";

const EVERY = ["day", "week", "month"];
const WEEK = ["1", "2", "3", "4", "5", "6", "7"];

/** @param {{form: import("../../kit/use_form.js").Form<any>}} props */
export function ScheduleFields({ form }) {
  const { every, day } = form.values;
  const turnTo = (/** @type {string} */ other) => {
    form.set("every", other);
    if (other === "week" && !WEEK.includes(day)) form.set("day", WEEK[0]); // the 15th is no day of the week
  };
  return html`<${TextField} ...${form.field("name")} label=${t("reports.name")} required maxlength=${100} autocomplete="off" />
    <div class="columns">
      <${SelectField} ...${form.field("every")} onInput=${turnTo} label=${t("reports.every")} options=${optionsOf("every", EVERY)} />
      ${every === "week" && html`<${SelectField} ...${form.field("day")} label=${t("reports.day")} options=${optionsOf("weekday", WEEK)} />`}
      ${every === "month" && html`<${TextField} ...${form.field("day")} label=${t("reports.day")} inputmode="numeric" maxlength=${2} hint=${t("reports.day_hint")} />`}
      <${TextField} ...${form.field("at")} type="time" label=${t("reports.at")} required hint=${t("reports.at_hint")} />
      <${SelectField} ...${form.field("period")} label=${t("reports.period")} options=${optionsOf("period", PERIODS)} /></div>
    <${WishFields} form=${form} />
    <${Recipients} form=${form} />`;
}

/** Who has an address, and who is named, so that he can be taken away when he has none any more.
 * @param {{form: import("../../kit/use_form.js").Form<any>}} props */
function Recipients({ form }) {
  const [named] = useState(/** @type {string[]} */ (form.values.recipients));
  const people = useLoad(readPeople, []);
  const options = (people.data ?? [])
    .filter((one) => (one.is_active !== false && one.email) || named.includes(String(one.id)))
    .map((one) => ({ value: String(one.id), label: `${one.name || one.username} · ${one.email ?? "–"}` }));
  return html`${!people.data && !!people.error && html`<${Failed} error=${people.error} again=${people.again} compact />`}
    <${ChecksField} ...${form.field("recipients")} label=${t("reports.recipients")} hint=${t("reports.recipients_hint")} options=${options} />`;
}

/** Who may not see people may have it mailed to himself. @param {AbortSignal} signal
 * @returns {Promise<{id: number, name: string, username: string, email: string | null, is_active?: boolean}[]>} */
const readPeople = async (signal) => (may("view_users") ? (await get("/helpline/api/users", {}, { signal })).data : me.value ? [me.value] : []);
