import { CheckField, RadioField, TextField, html } from "../../kit/index.js";
import { language, t } from "../../app/i18n.js";

/** @typedef {Record<string, {start: string, end: string}>} Hours by day; `HH:MM`, the end also 24:00 */
export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONDAY = Date.UTC(2024, 0, 1);
const USUAL = { start: "08:00", end: "17:00" };

/** @param {string} day @param {"long" | "short"} style */
const dayWord = (day, style) =>
  new Intl.DateTimeFormat(language.value, { weekday: style, timeZone: "UTC" }).format(MONDAY + DAYS.indexOf(day) * 86_400_000);

/** Days with the same hours together: "Mon–Fri 08:00–17:00, Sat 09:00–12:00". @param {Hours | null} hours */
export function hoursInShort(hours) {
  if (!hours) return t("queue_settings.always");
  /** @type {{first: string, last: string, words: string}[]} */
  const runs = [];
  for (const day of DAYS) {
    const words = hours[day] ? `${hours[day].start}–${hours[day].end}` : "";
    const run = runs.at(-1);
    if (run && run.words === words) run.last = day;
    else runs.push({ first: day, last: day, words });
  }
  const open = runs.filter((run) => run.words).map(({ first, last, words }) =>
    `${dayWord(first, "short")}${first === last ? "" : `–${dayWord(last, "short")}`} ${words}`);
  return open.join(", ") || t("queue_settings.closed");
}

/** What is wrong with them; "" for nothing. @param {Hours | null} hours */
export const wrongHours = (hours) =>
  Object.values(hours ?? {}).some(({ start, end }) => !start || !end || start === end) ? t("queue_settings.hours_wrong") : "";

/** Null: always open. @param {{value: Hours | null, onInput: (hours: Hours | null) => void, error?: string}} props */
export function HoursField({ value, onInput, error }) {
  const set = (/** @type {string} */ day, /** @type {{start: string, end: string} | null} */ times) => {
    const others = Object.fromEntries(Object.entries(value ?? {}).filter(([name]) => name !== day));
    onInput(times ? { ...others, [day]: times } : others);
  };
  return html`<div class="stack">
    <${RadioField} label=${t("queue_settings.hours")} hideLabel value=${value ? "some" : "always"}
      onInput=${(/** @type {string} */ one) => onInput(one === "always" ? null : Object.fromEntries(DAYS.slice(0, 5).map((day) => [day, USUAL])))}
      options=${[{ value: "always", label: t("queue_settings.always") }, { value: "some", label: t("queue_settings.some_hours") }]} />
    ${value && html`<div class="hours">${DAYS.map((day) => html`<${Day} key=${day} day=${day} times=${value[day] ?? null}
      onInput=${(/** @type {{start: string, end: string} | null} */ times) => set(day, times)} />`)}</div>
      <p class="field-hint">${t("queue_settings.hours_hint")}</p>`}
    ${error && html`<p class="field-error" role="alert">${error}</p>`}</div>`;
}

/** @param {{day: string, times: {start: string, end: string} | null, onInput: (times: {start: string, end: string} | null) => void}} props */
function Day({ day, times, onInput }) {
  const name = dayWord(day, "long");
  return html`<div class="hours-day">
    <${CheckField} label=${name} value=${!!times} onInput=${(/** @type {boolean} */ on) => onInput(on ? USUAL : null)} />
    ${times ? html`<${TextField} type="time" hideLabel label=${t("queue_settings.opens", { day: name })} value=${times.start}
        onInput=${(/** @type {string} */ start) => onInput({ ...times, start })} />
      <${TextField} type="time" hideLabel label=${t("queue_settings.closes", { day: name })} value=${times.end === "24:00" ? "00:00" : times.end}
        onInput=${(/** @type {string} */ end) => onInput({ ...times, end: end === "00:00" ? "24:00" : end })} />
      <span class="quiet small">${times.start && times.end && times.end < times.start ? t("queue_settings.next_day") : ""}</span>`
      : html`<span class="quiet hours-closed">${t("queue_settings.closed")}</span>`}</div>`;
}
