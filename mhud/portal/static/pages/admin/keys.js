import { Badge, Button, Empty, Loaded, PageHead, Table, Text, When, html, useLoad, useState } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { formatDate } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { go } from "../../app/router.js";
import { NewKey } from "./key_form.js";
import { rightsInShort } from "./rights.js";
import { SecretDialog } from "./secret.js";

/** @typedef {{id: string, name: string, description: string, rights: string[], tier: string, owner: string | null,
 *   created_at: string, expires_at: string | null, last_used_at: string | null}} Key */

export default function Keys() {
  const keys = useLoad((signal) => get("/api/v1/keys", {}, { signal }), []);
  const [isNew, setNew] = useState(false);
  const [made, setMade] = useState(/** @type {any} */ (null));
  const take = (/** @type {any} */ key) => {
    setNew(false);
    setMade(key);
    keys.again();
  };
  const actions = html`<${Button} kind="primary" icon="plus" onClick=${() => setNew(true)}>${t("keys.new")}<//>`;
  return html`<${PageHead} title=${t("keys.title")} actions=${actions}><p class="quiet">${t("keys.about")}</p><//>
    <${Loaded} of=${keys}>${(/** @type {{keys: Key[]}} */ data) => html`<${Table} caption=${t("keys.title")} columns=${columns()} rows=${data.keys}
      onOpen=${(/** @type {Key} */ key) => go(`/api-keys/${key.id}`)} empty=${html`<${Empty} icon="key" title=${t("keys.none")}>${t("keys.none_hint")}<//>`} />`}<//>
    ${isNew && html`<${NewKey} onClose=${() => setNew(false)} onMade=${take} />`}
    ${made && html`<${SecretDialog} title=${t("keys.made", { name: made.name })} label=${t("keys.key")} value=${made.api_key}
      text=${t("keys.once")} onClose=${() => setMade(null)} />`}`;
}

/** @returns {import("../../kit/table.js").Column[]} */
const columns = () => [
  { key: "name", label: t("keys.name"), by: (key) => key.name, render: (key) => html`<div class="in-short"><${Text}>${key.name}<//></div>${
    key.description && html`<div class="quiet small in-short"><${Text}>${key.description}<//></div>`}` },
  { key: "rights", label: t("keys.rights"), render: (key) => rightsInShort(key.rights) },
  { key: "tier", label: t("keys.tier"), by: (key) => key.tier, render: (key) => tierWord(key.tier), hideNarrow: true },
  { key: "owner", label: t("keys.owner"), by: (key) => key.owner, render: (key) => html`<${Text}>${key.owner ?? "–"}<//>`, hideNarrow: true },
  { key: "last_used_at", label: t("keys.last_used"), by: (key) => key.last_used_at,
    render: (key) => (key.last_used_at ? html`<${When} at=${key.last_used_at} ago />` : t("keys.never")) },
  { key: "expires_at", label: t("keys.expires"), by: (key) => key.expires_at, render: (key) => html`<${Expiry} at=${key.expires_at} />`, hideNarrow: true },
];

/** "enterprise:2000" as people say it. @param {string} tier */
export function tierWord(tier) {
  const [name, rate] = tier.split(":");
  return rate ? t("keys.tier_enterprise_n", { n: Number(rate) }) : t(`keys.tier_${name}`);
}

/** @param {{at: string | null}} props */
export function Expiry({ at }) {
  if (!at) return html`<span class="quiet">${t("keys.no_end")}</span>`;
  if (Date.parse(at) < Date.now()) return html`<${Badge} tone="bad">${t("keys.expired", { at: formatDate(at) })}<//>`;
  return formatDate(at);
}
