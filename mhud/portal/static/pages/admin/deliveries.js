import {
  Badge, Button, Dialog, Empty, Facts, Filters, Loaded, More, Panel, SelectField, Table, When, html, useAction, usePages, useState,
} from "../../kit/index.js";
import { get, post } from "../../app/api.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { whyOf } from "./webhook_words.js";

/** @typedef {{at: string, status: number | null, error: string | null, duration_ms: number}} Failure */
/** @typedef {{id: string, event_type: string, seq: number | null, state: "waiting" | "delivered" | "exhausted", attempts: number,
 *   response_status: number | null, error: string | null, duration_ms: number | null, created_at: string,
 *   last_attempt_at: string | null, next_attempt_at: string | null, give_up_at: string, failures: Failure[]}} Delivery */
const STATES = /** @type {const} */ (["waiting", "delivered", "exhausted"]);
/** @type {Record<Delivery["state"], import("../../kit/badge.js").Tone>} */
const TONES = { waiting: "warn", delivered: "good", exhausted: "bad" };

/** What went out, newest first. @param {{path: string, turn: number}} props `turn`: read again when it changes */
export function Deliveries({ path, turn }) {
  const [state, setState] = useState("");
  const [seen, setSeen] = useState(/** @type {Delivery | null} */ (null));
  const found = usePages(async (cursor, signal) => {
    const page = await get(`${path}/deliveries`, { state, cursor }, { signal });
    return { items: /** @type {Delivery[]} */ (page.deliveries), cursor: page.next_cursor };
  }, [path, state, turn]);
  const again = html`<${Button} icon="refresh" onClick=${found.again}>${t("webhooks.refresh")}<//>`;
  return html`<${Panel} title=${t("webhooks.deliveries")} actions=${again}>
    <${Filters} label=${t("webhooks.filter")}><${SelectField} label=${t("webhooks.state")} value=${state} onInput=${setState} empty=${t("webhooks.any_state")}
      options=${STATES.map((value) => ({ value, label: t(`webhooks.is_${value}`) }))} /><//>
    <${Loaded} of=${found.of} rows=${6}>${() => html`
      <${Table} caption=${t("webhooks.deliveries")} columns=${columns()} rows=${found.items} onOpen=${setSeen}
        empty=${html`<${Empty} title=${t("webhooks.no_deliveries")} />`} />
      <${More} ...${found.more} />`}<//>
    ${seen && html`<${One} of=${seen} path=${path} onClose=${() => setSeen(null)} onSent=${() => { setSeen(null); found.again(); }} />`}<//>`;
}

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "created_at", label: t("webhooks.at"), render: (one) => html`<${When} at=${one.created_at} />` },
  { key: "event_type", label: t("webhooks.event"), render: (one) => html`<code>${one.event_type}</code>` },
  { key: "state", label: t("webhooks.state"), render: (one) => html`<${Badge} tone=${TONES[/** @type {Delivery["state"]} */ (one.state)]}>${t(`webhooks.is_${one.state}`)}<//>` },
  { key: "attempts", label: t("webhooks.attempts"), align: "end", render: (one) => formatNumber(one.attempts), hideNarrow: true },
  { key: "answer", label: t("webhooks.answer"), render: (one) => whyOf(one), hideNarrow: true },
  { key: "duration_ms", label: t("webhooks.took"), align: "end", render: (one) => took(one.duration_ms), hideNarrow: true },
  { key: "next_attempt_at", label: t("webhooks.next"), render: (one) => html`<${When} at=${one.next_attempt_at} ago />`, hideNarrow: true },
];

/** @param {number | null} ms */
const took = (ms) => formatNumber(ms, { style: "unit", unit: "millisecond", maximumFractionDigits: 0 });

/** @param {{of: Delivery, path: string, onClose: () => void, onSent: () => void}} props */
function One({ of, path, onClose, onSent }) {
  const send = useAction(async () => {
    await post(`${path}/deliveries/${of.id}/redeliver`);
    onSent();
  }, { done: t("webhooks.resent") });
  const footer = of.state !== "waiting" && html`<${Button} kind="primary" icon="send" busy=${send.busy} onClick=${() => void send.run()}>${t("webhooks.resend")}<//>`;
  return html`<${Dialog} title=${of.event_type} onClose=${onClose} footer=${footer}><${Facts} items=${[
    [t("webhooks.state"), html`<${Badge} tone=${TONES[of.state]}>${t(`webhooks.is_${of.state}`)}<//>`],
    [t("webhooks.attempts"), formatNumber(of.attempts)],
    [t("webhooks.answer"), whyOf(of)],
    [t("webhooks.at"), html`<${When} at=${of.created_at} />`],
    [t("webhooks.last"), html`<${When} at=${of.last_attempt_at} />`],
    of.state === "waiting" && [t("webhooks.next"), of.next_attempt_at ? html`<${When} at=${of.next_attempt_at} ago />` : t("webhooks.soon")],
    of.state === "waiting" && [t("webhooks.give_up"), html`<${When} at=${of.give_up_at} />`],
    ["webhook-id", html`<code>${of.id}</code>`],
  ]} />
  ${of.state === "waiting" && html`<p class="quiet">${t("webhooks.by_itself")}</p>`}
  ${of.failures.length > 0 && html`<${Table} caption=${t("webhooks.failures")} showCaption rowKey=${(/** @type {Failure} */ one) => one.at} rows=${of.failures} columns=${[
    { key: "at", label: t("webhooks.at"), render: (/** @type {Failure} */ one) => html`<${When} at=${one.at} />` },
    { key: "why", label: t("webhooks.answer"), render: whyOf },
    { key: "duration_ms", label: t("webhooks.took"), align: "end", render: (/** @type {Failure} */ one) => took(one.duration_ms) },
  ]} />`}<//>`;
}
