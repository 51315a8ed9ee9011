import { Badge, Button, Empty, Loaded, PageHead, Table, Text, html, useLoad, useState } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { go } from "../../app/router.js";
import { SecretDialog } from "./secret.js";
import { WebhookForm } from "./webhook_form.js";

/** @typedef {{id: string, url: string, events: string[], description: string, active: boolean, include_details: boolean,
 *   disabled_reason: string | null, failing: boolean, waiting: number, rotation_ends_at: string | null,
 *   created_by: number, created_at: string, updated_at: string, secret?: string | null}} Webhook */

export default function Webhooks() {
  const webhooks = useLoad((signal) => get("/api/v1/webhooks", {}, { signal }), []);
  const [isNew, setNew] = useState(false);
  const [made, setMade] = useState(/** @type {Webhook | null} */ (null));
  const take = (/** @type {Webhook} */ webhook) => {
    setNew(false);
    if (webhook.secret) setMade(webhook);
    webhooks.again();
  };
  const actions = html`<${Button} kind="primary" icon="plus" onClick=${() => setNew(true)}>${t("webhooks.new")}<//>`;
  return html`<${PageHead} title=${t("webhooks.title")} actions=${actions}><p class="quiet">${t("webhooks.about")}</p><//>
    <${Loaded} of=${webhooks}>${(/** @type {{webhooks: Webhook[]}} */ data) => html`<${Table} caption=${t("webhooks.title")} columns=${columns()}
      rows=${data.webhooks} onOpen=${(/** @type {Webhook} */ one) => go(`/webhooks/${one.id}`)}
      empty=${html`<${Empty} icon="webhook" title=${t("webhooks.none")}>${t("webhooks.none_hint")}<//>`} />`}<//>
    ${isNew && html`<${WebhookForm} onClose=${() => setNew(false)} onSaved=${take} />`}
    ${made && html`<${WebhookSecret} secret=${made.secret ?? ""} onClose=${() => setMade(null)} />`}`;
}

/** @param {{secret: string, onClose: () => void}} props */
export function WebhookSecret({ secret, onClose }) {
  return html`<${SecretDialog} title=${t("webhooks.secret_title")} label=${t("webhooks.secret")} value=${secret}
    text=${t("webhooks.once")} onClose=${onClose} />`;
}

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "url", label: t("webhooks.url"), by: (one) => one.url, render: (one) => html`<div class="in-short"><${Text}>${one.url}<//></div>${
    one.description && html`<div class="quiet small in-short"><${Text}>${one.description}<//></div>`}` },
  { key: "events", label: t("webhooks.events"), render: (one) => eventsInShort(one.events), hideNarrow: true },
  { key: "state", label: t("webhooks.state"), by: (one) => stateOf(one)[1], render: (one) => html`<${State} of=${one} />` },
  { key: "waiting", label: t("webhooks.waiting"), align: "end", by: (one) => one.waiting, render: (one) => formatNumber(one.waiting) },
];

/** @param {string[]} events */
const eventsInShort = (events) =>
  events.includes("*") ? t("webhooks.all_events") : events.length > 3 ? t("webhooks.events_n", { n: events.length }) : events.join(", ");

/** @param {Webhook} one @returns {[import("../../kit/badge.js").Tone, string]} */
function stateOf(one) {
  if (one.disabled_reason) return ["bad", one.disabled_reason];
  if (!one.active) return ["neutral", "off"];
  return one.failing ? ["warn", "failing"] : ["good", "on"];
}

/** @param {{of: Webhook}} props */
export function State({ of }) {
  const [tone, word] = stateOf(of);
  return html`<${Badge} tone=${tone}>${t(`webhooks.state_${word}`)}<//>`;
}
