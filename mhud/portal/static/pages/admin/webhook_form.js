import { CheckField, ChecksField, TextField, html, useForm } from "../../kit/index.js";
import { post, put } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { mayFor } from "../../app/rights.js";
import { EVENTS } from "./event_types.js";
import { FormDialog } from "./form_dialog.js";

/** @typedef {import("./webhooks.js").Webhook} Webhook */
const EMPTY = { url: "", description: "", secret: "", include_details: false, active: true, events: /** @type {string[]} */ ([]) };

/** @param {{of?: Webhook, onClose: () => void, onSaved: (webhook: Webhook) => void}} props without `of`: a new one */
export function WebhookForm({ of, onClose, onSaved }) {
  const first = of ? { ...EMPTY, ...of, secret: "" } : EMPTY;
  const form = useForm(first, async (values) => onSaved(await send(values, of)), { check });
  return html`<${FormDialog} title=${t(of ? "webhooks.edit" : "webhooks.new")} size="large" form=${form} onClose=${onClose}
    action=${t(of ? "admin.save" : "webhooks.make")}>
    <div class="fields"><${TextField} ...${form.field("url")} type="url" label=${t("webhooks.url")} hint=${t("webhooks.url_hint")} required maxlength="2048" placeholder="https://" />
      <${TextField} ...${form.field("description")} label=${t("webhooks.description")} maxlength="500" />
      ${!of && html`<${TextField} ...${form.field("secret")} label=${t("webhooks.own_secret")} hint=${t("webhooks.own_secret_hint")} autocomplete="off" maxlength="256" />`}</div>
    <${CheckField} ...${form.field("active")} label=${t("webhooks.active")} hint=${t("webhooks.active_hint")} />
    <${CheckField} ...${form.field("include_details")} label=${t("webhooks.details")} hint=${t("webhooks.details_hint")} disabled=${!mayFor("monitor_calls")} />
    <${EventsField} value=${form.values.events} onInput=${(/** @type {string[]} */ events) => form.set("events", events)} error=${form.errors.events} /><//>`;
}

/** Single events and whole families, as the API names them.
 * @param {{value: string[], onInput: (events: string[]) => void, error?: string}} props */
function EventsField({ value, onInput, error }) {
  const isAll = value.includes("*");
  const turn = (/** @type {string} */ family, /** @type {string[]} */ chosen) => {
    const whole = `${family}.*`;
    const rest = value.filter((one) => !one.startsWith(`${family}.`));
    const kept = chosen.includes(whole) ? [whole] : chosen;
    onInput([...rest, ...kept]);
  };
  return html`<div class="stack"><h3>${t("webhooks.events")}</h3>
    ${error && html`<p class="field-error" role="alert">${error}</p>`}
    <${CheckField} label=${t("webhooks.all_events")} hint=${t("webhooks.all_hint")} value=${isAll} onInput=${(/** @type {boolean} */ on) => onInput(on ? ["*"] : [])} />
    ${!isAll && Object.entries(EVENTS).map(([family, types]) => {
      const isWhole = value.includes(`${family}.*`);
      const options = [{ value: `${family}.*`, label: t("webhooks.family_all") }, ...types.map((type) => ({ value: type, label: type, disabled: isWhole }))];
      return html`<${ChecksField} key=${family} label=${t(`webhooks.family_${family}`)} value=${value.filter((one) => one.startsWith(`${family}.`))}
        onInput=${(/** @type {string[]} */ chosen) => turn(family, chosen)} options=${options} />`;
    })}</div>`;
}

/** @param {typeof EMPTY} values @returns {Record<string, string>} */
function check({ url, events, secret }) {
  return {
    ...(!/^https?:\/\/./.test(url.trim()) && { url: t("webhooks.url_wanted") }),
    ...(secret && secret.length < 16 && { secret: t("webhooks.secret_short") }),
    ...(!events.length && { events: t("webhooks.events_wanted") }),
  };
}

/** @param {typeof EMPTY} values @param {Webhook} [of] */
function send({ url, description, secret, include_details, active, events }, of) {
  const body = { url: url.trim(), description: description.trim(), include_details, active, events };
  if (of) return put(`/api/v1/webhooks/${of.id}`, changed(body, of));
  return post("/api/v1/webhooks", { ...body, ...(secret && { secret }) });
}

/** What stays is not sent: a new address needs more rights than a new description.
 * @param {Record<string, any>} body @param {Record<string, any>} before */
const changed = (body, before) =>
  Object.fromEntries(Object.entries(body).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));
