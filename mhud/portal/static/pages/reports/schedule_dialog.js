import { post, request } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { me } from "../../app/session.js";
import { Dialog, Loaded, html, useLoad, useVersionedForm } from "../../kit/index.js";
import { VersionedDialog } from "../cases/versioned_dialog.js";
import { agentName, queueName } from "./names.js";
import { ScheduleFields } from "./schedule_fields.js";
import { USUAL, wishOf } from "./wish_fields.js";

const ROOT = "/api/v1/reports/schedules";
const NEW = {
  name: "", every: "week", day: 1, at: "07:00", period: "last_week", group_by: "day", format: "xlsx",
  metrics: USUAL, queues: null, agents: null, active: true,
};

/** A new one, or one to change. @param {{id: string | null, onSaved: () => void, onClose: () => void}} props */
export function ScheduleDialog({ id, onSaved, onClose }) {
  const found = useLoad((signal) => read(id, signal), [id]);
  if (found.data) return html`<${Form} id=${id} from=${found.data} onSaved=${onSaved} onClose=${onClose} />`;
  return html`<${Dialog} title=${t("reports.schedule")} onClose=${onClose}><${Loaded} of=${found}>${() => null}<//><//>`;
}

/** @param {string | null} id @param {AbortSignal} [signal] */
async function read(id, signal) {
  if (id === null) return { item: { ...NEW, recipients: me.value?.email ? [me.value.id] : [] }, etag: null };
  const answer = await request("GET", `${ROOT}/${id}`, { signal });
  return { item: answer.body, etag: answer.etag };
}

/** @param {{id: string | null, from: import("../../kit/use_versioned_form.js").Version, onSaved: () => void, onClose: () => void}} props */
function Form({ id, from, onSaved, onClose }) {
  const edit = useVersionedForm({
    from, valuesOf, check,
    read: () => read(id),
    bodyOf: (changed, values) => bodyOf(id === null ? values : changed, values),
    save: (body, etag, key) => plainly(id === null ? post(ROOT, body, { key }) : request("PUT", `${ROOT}/${id}`, { body, ifMatch: etag })),
    onSaved: () => {
      onSaved();
      onClose();
    },
  });
  return html`<${VersionedDialog} title=${t(id === null ? "reports.new_schedule" : "reports.schedule")} action=${t("cases.save")} size="large"
    edit=${edit} words=${WORDS} onClose=${onClose}><${ScheduleFields} form=${edit.form} /><//>`;
}

/** @template T @param {Promise<T>} asked @returns {Promise<T>} */
const plainly = (asked) => asked.catch((error) => {
  if (!(error instanceof ApiError && error.details?.reason === "no-mail")) throw error;
  throw new ApiError({ status: 409, code: "conflict", message: t("reports.no_mail") });
});

/** @param {any} one */
const valuesOf = (one) => ({
  name: one.name, every: one.every, day: String(one.day ?? 1), at: one.at, period: one.period, group_by: one.group_by,
  format: one.format, metrics: one.metrics, queues: one.queues ?? [], agents: one.agents ?? [], recipients: (one.recipients ?? []).map(String),
});

/** A day counts only together with `every`. @param {Record<string, any>} changed @param {Record<string, any>} values */
function bodyOf(changed, { every, day }) {
  const { recipients, ...rest } = wishOf(changed);
  return {
    ...rest, // `day` as text in it, if it was changed: put right below
    ...("day" in changed || "every" in changed ? { day: every === "day" ? null : Number(day) } : {}),
    ...(recipients === undefined ? {} : { recipients: recipients.map(Number) }),
  };
}

/** @param {{name: string, at: string, every: string, day: string}} values @returns {Record<string, string>} */
function check({ name, at, every, day }) {
  if (!name.trim()) return { name: t("reports.name_needed") };
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) return { at: t("reports.at_wrong") };
  return every === "month" && !/^([1-9]|[12]\d|3[01])$/.test(day) ? { day: t("reports.day_wrong") } : {};
}

/** @type {import("../../kit/versions.js").Words} */
const WORDS = {
  labelOf: (name) => t(`reports.${name}`),
  shown: (name, item) => {
    const value = item[name];
    if (Array.isArray(value)) return value.length ? manyOf(name, value) : t(name === "recipients" ? "reports.nobody" : "reports.all");
    return KINDS[name] ? t(`reports.${KINDS[name]}_${value}`) : String(value);
  },
};

/** @type {Record<string, string>} */
const KINDS = { period: "period", every: "every", group_by: "group", format: "format" };

/** @param {string} name @param {string[]} values */
function manyOf(name, values) {
  if (name === "recipients") return t("reports.people", { n: values.length });
  const wordOf = { queues: queueName, agents: agentName }[name] ?? ((/** @type {string} */ one) => t(`reports.metric_${one}`));
  return values.map(wordOf).join(", ");
}
