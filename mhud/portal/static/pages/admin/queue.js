import { Button, Loaded, Notice, PageHead, Panel, SelectField, TextField, Versions, html, toast, useLoad, useVersionedForm } from "../../kit/index.js";
import { get, request } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { mayFor } from "../../app/rights.js";
import { href } from "../../app/router.js";
import { HoursField, hoursInShort, wrongHours } from "./hours.js";
import { Members } from "./members.js";
import { strategyWord } from "./queues.js";

/** @typedef {import("./queues.js").Queue} Queue */
const NUMBERS = /** @type {const} */ (["max_wait_time", "service_level_seconds", "wrap_up_seconds", "ring_seconds", "max_callers"]);
const OF_FILE = ["strategy", "announcement_id", "music_on_hold_id", "max_callers", "ring_seconds"];
const STRATEGIES = ["ring-all", "round-robin", "least-recent", "fewest-calls", "random", "linear", "weighted-random"];

/** @param {{params: {id: string}}} props */
export default function QueuePage({ params }) {
  const path = `/api/v1/queues/${encodeURIComponent(params.id)}`;
  const read = (/** @type {AbortSignal} */ signal) => request("GET", path, { signal });
  const queue = useLoad(async (signal) => {
    const [found, forms] = await Promise.all([read(signal), get("/api/v1/forms", {}, { signal })]);
    return { queue: found.body, etag: found.etag, forms };
  }, [path]);
  return html`<${PageHead} title=${queue.data?.queue.name ?? params.id} back=${{ href: href("/queues"), label: t("queue_settings.title") }} />
    <${Loaded} of=${queue} rows=${8}>${(/** @type {any} */ data) => html`<div class="stack">
      <${Settings} of=${data} path=${path} onSaved=${queue.again} /><${Members} id=${params.id} /></div>`}<//>`;
}

/** @param {Queue} queue as texts, for fields */
const valuesOf = (queue) => ({
  name: queue.name, strategy: queue.strategy, max_wait_time: textOf(queue.timeout), service_level_seconds: textOf(queue.service_level_seconds),
  wrap_up_seconds: textOf(queue.wrap_up_seconds), ring_seconds: textOf(queue.ring_seconds), max_callers: textOf(queue.max_callers),
  announcement_id: queue.announcement_id ?? "", music_on_hold_id: queue.music_on_hold_id ?? "", operating_hours: queue.operating_hours,
});
/** @param {number | null} value */
const textOf = (value) => (value === null ? "" : String(value));

/** Only what is another than before: the rest stays as the configuration has it. @param {Record<string, any>} changed */
const bodyOf = (changed) => Object.fromEntries(Object.entries(changed).map(([name, value]) => [
  name, value === "" ? null : NUMBERS.includes(/** @type {any} */ (name)) ? Number(value) : value,
]));

/** @param {{of: {queue: Queue, etag: string | null, forms: any}, path: string, onSaved: () => void}} props */
function Settings({ of: { queue, etag, forms }, path, onSaved }) {
  const may = mayFor("manage_queues");
  const edit = useVersionedForm({
    from: { item: queue, etag }, valuesOf, bodyOf,
    check: (values) => /** @type {Record<string, string>} */ (wrongHours(values.operating_hours) ? { operating_hours: wrongHours(values.operating_hours) } : {}),
    read: async () => {
      const now = await request("GET", path);
      return { item: now.body, etag: now.etag };
    },
    save: (body, ifMatch) => request("PUT", path, { body, ifMatch }),
    onSaved: () => {
      toast(t("admin.saved"), "good");
      onSaved();
    },
  });
  const { form } = edit;
  const field = (/** @type {any} */ name) => ({ ...form.field(name), disabled: !may || (OF_FILE.includes(name) && !forms.queue_file) });
  const ids = (/** @type {string[]} */ names) => names.map((value) => ({ value, label: value }));
  const submit = (/** @type {Event & {currentTarget: HTMLFormElement}} */ event) => {
    const wrong = [...event.currentTarget.querySelectorAll("input")].find((one) => one.validity.badInput);
    if (!wrong) return form.submit(event);
    event.preventDefault();
    return wrong.reportValidity(); // what is no number reads as empty, which would take the setting away
  };
  return html`<form class="stack" noValidate onSubmit=${submit}>
    ${!forms.queue_file && html`<${Notice}>${t("queue_settings.no_file")}<//>`}
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <${Versions} of=${edit} words=${{ labelOf: (/** @type {string} */ name) => labels()[name], shown }} />
    <${Panel} title=${t("queue_settings.settings")}><div class="fields">
      <${TextField} ...${field("name")} label=${t("queue_settings.name")} maxlength="100" />
      <${SelectField} ...${field("strategy")} label=${t("queue_settings.strategy")} options=${[...new Set([...(forms.strategies ?? STRATEGIES), queue.strategy])].map(
        (value) => ({ value, label: strategyWord(value) }))} />
      ${NUMBERS.map((name) => html`<${TextField} key=${name} ...${field(name)} type="number" min="0" inputmode="numeric"
        label=${labels()[name]} hint=${t(`queue_settings.${name}_hint`)} />`)}
      <${SelectField} ...${field("announcement_id")} label=${t("queue_settings.announcement")} empty=${t("queue_settings.no_announcement")} options=${ids(forms.announcements)} />
      <${SelectField} ...${field("music_on_hold_id")} label=${t("queue_settings.music")} empty=${t("queue_settings.default_music")} options=${ids(forms.music_on_hold)} /></div><//>
    <${Panel} title=${t("queue_settings.hours")}><fieldset disabled=${!may}>
      <${HoursField} value=${form.values.operating_hours} error=${form.errors.operating_hours} onInput=${(/** @type {any} */ hours) => form.set("operating_hours", hours)} /></fieldset>
      ${forms.timezone && html`<p class="quiet small">${t("queue_settings.zone", { zone: forms.timezone })}</p>`}<//>
    ${may && html`<div class="form-foot"><span class="quiet small">${t("queue_settings.save_hint")}</span>
      <${Button} kind="primary" type="submit" busy=${form.busy} disabled=${!form.isDirty}>${t("admin.save")}<//></div>`}</form>`;
}

/** @returns {Record<string, string>} */
const labels = () => ({
  name: t("queue_settings.name"), strategy: t("queue_settings.strategy"), max_wait_time: t("queue_settings.max_wait"),
  service_level_seconds: t("queue_settings.target"), wrap_up_seconds: t("queue_settings.wrap_up"), ring_seconds: t("queue_settings.ring"),
  max_callers: t("queue_settings.max_callers"), announcement_id: t("queue_settings.announcement"), music_on_hold_id: t("queue_settings.music"),
  operating_hours: t("queue_settings.hours"),
});

/** @param {string} name @param {any} queue */
const shown = (name, { [name]: value }) => (name === "operating_hours" ? hoursInShort(value) : name === "strategy" ? strategyWord(value) : value);
