import {
  Button, Chart, Facts, Figure, Loaded, Notice, PageHead, Panel, SelectField, Text, When, confirm, html, useAction, useLoad, useState,
} from "../../kit/index.js";
import { del, get } from "../../app/api.js";
import { serverNow } from "../../app/clock.js";
import { formatDate, formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { go, href } from "../../app/router.js";
import { Expiry, tierWord } from "./keys.js";
import { RightsList } from "./rights.js";

/** @typedef {import("./keys.js").Key} Key */
/** @typedef {{day: string, requests: number, refused: number, rate_limited: number, failed: number}} Day */
const KINDS = /** @type {const} */ (["requests", "refused", "rate_limited", "failed"]);

/** @param {{params: {id: string}}} props */
export default function KeyPage({ params }) {
  const keys = useLoad((signal) => get("/api/v1/keys", {}, { signal }), []);
  const key = keys.data?.keys.find((/** @type {Key} */ one) => one.id === params.id);
  const revoke = useAction(async () => {
    const isSure = await confirm({ title: t("keys.revoke_title", { name: key.name }), text: t("keys.revoke_text"), action: t("keys.revoke"), danger: true });
    if (!isSure) return;
    await del(`/api/v1/keys/${params.id}`);
    go("/api-keys");
  });
  const actions = key && html`<${Button} kind="danger" icon="trash" busy=${revoke.busy} onClick=${() => void revoke.run()}>${t("keys.revoke")}<//>`;
  return html`<${PageHead} title=${key?.name ?? t("keys.key")} back=${{ href: href("/api-keys"), label: t("keys.title") }} actions=${actions} />
    <div class="stack"><${Loaded} of=${keys}>${() => (key ? html`<${Kept} of=${key} />` : html`<${Notice} tone="warn">${t("keys.gone")}<//>`)}<//>
      <${Usage} id=${params.id} /></div>`;
}

/** @param {{of: Key}} props */
function Kept({ of }) {
  return html`<${Panel} title=${t("keys.about_one")}><div class="stack"><${Facts} items=${[
    of.description && [t("keys.description"), html`<${Text}>${of.description}<//>`],
    [t("keys.owner"), html`<${Text}>${of.owner ?? "–"}<//>`],
    [t("keys.tier"), tierWord(of.tier)],
    [t("keys.created"), html`<${When} at=${of.created_at} />`],
    [t("keys.last_used"), of.last_used_at ? html`<${When} at=${of.last_used_at} ago />` : t("keys.never")],
    [t("keys.expires"), html`<${Expiry} at=${of.expires_at} />`],
  ]} /><div><h3>${t("keys.rights")}</h3><${RightsList} rights=${of.rights} /></div></div><//>`;
}

/** @param {{id: string}} props */
function Usage({ id }) {
  const [days, setDays] = useState("30");
  const usage = useLoad((signal) => get(`/api/v1/keys/${id}/usage`, { since: dayBefore(Number(days) - 1) }, { signal }), [id, days]);
  const span = html`<${SelectField} label=${t("keys.span")} hideLabel value=${days} onInput=${setDays}
    options=${["7", "30", "90", "365"].map((value) => ({ value, label: t("keys.days", { n: Number(value) }) }))} />`;
  return html`<${Panel} title=${t("keys.usage")} actions=${span}><${Loaded} of=${usage} rows=${6}>${(/** @type {{days: Day[]}} */ data) => html`<div class="stack">
    <div class="figures">${KINDS.map((kind) => html`<${Figure} key=${kind} label=${t(`keys.${kind}`)} value=${formatNumber(sum(data.days, kind))} />`)}</div>
    <${Chart} title=${t("keys.per_day")} x=${data.days.map((one) => Date.parse(`${one.day}T12:00:00`))} formatX=${formatDate}
      series=${KINDS.map((kind) => ({ label: t(`keys.${kind}`), values: data.days.map((one) => one[kind]) }))} />
    <p class="quiet small">${t("keys.usage_hint")}</p></div>`}<//><//>`;
}

/** @param {Day[]} days @param {typeof KINDS[number]} kind */
const sum = (days, kind) => days.reduce((all, day) => all + day[kind], 0);

/** @param {number} n days before today */
const dayBefore = (n) => new Date(serverNow() - n * 86_400_000).toISOString().slice(0, 10);
