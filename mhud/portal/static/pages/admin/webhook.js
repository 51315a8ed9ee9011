import { Button, Facts, Loaded, Menu, Notice, PageHead, Panel, Text, When, confirm, html, toast, useAction, useLoad, useState } from "../../kit/index.js";
import { del, get, post, put } from "../../app/api.js";
import { formatMoment, formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { go, href } from "../../app/router.js";
import { Deliveries } from "./deliveries.js";
import { WebhookForm } from "./webhook_form.js";
import { whyOf } from "./webhook_words.js";
import { State, WebhookSecret } from "./webhooks.js";

/** @typedef {import("./webhooks.js").Webhook} Webhook */

/** @param {{params: {id: string}}} props */
export default function WebhookPage({ params }) {
  const path = `/api/v1/webhooks/${params.id}`;
  const webhook = useLoad((signal) => get(path, {}, { signal }), [path]);
  const [open, setOpen] = useState(/** @type {"edit" | "secret" | null} */ (null));
  const [secret, setSecret] = useState("");
  const [turn, setTurn] = useState(0);
  const test = useAction(async () => {
    const tried = await post(`${path}/test`);
    toast(tried.success ? t("webhooks.test_good", { ms: tried.duration_ms }) : t("webhooks.test_bad", { why: whyOf(tried) }), tried.success ? "good" : "bad");
    setTurn((n) => n + 1);
  });
  const rotate = useAction(async () => {
    const isSure = await confirm({ title: t("webhooks.rotate_title"), text: t("webhooks.rotate_text"), action: t("webhooks.rotate") });
    if (!isSure) return;
    const found = await post(`${path}/rotate-secret`, {});
    webhook.set(found);
    setSecret(found.secret);
  });
  const end = useAction(async () => webhook.set(await post(`${path}/rotate-secret`, { end: true })), { done: t("webhooks.rotated") });
  const change = useAction(async (/** @type {object} */ body) => webhook.set(await put(path, body)), { done: t("admin.saved") });
  const remove = useAction(async () => {
    if (!(await confirm({ title: t("webhooks.delete_title"), text: t("webhooks.delete_text"), action: t("webhooks.delete"), danger: true }))) return;
    await del(path);
    go("/webhooks");
  });
  const one = /** @type {Webhook | undefined} */ (webhook.data);
  const actions = one && html`<${Button} icon="edit" onClick=${() => setOpen("edit")}>${t("webhooks.edit_short")}<//>
    <${Button} kind="primary" icon="send" busy=${test.busy} onClick=${() => void test.run()}>${t("webhooks.test")}<//>
    <${Menu} label=${t("webhooks.more")} items=${[
      { label: t("webhooks.rotate"), icon: "key", onClick: () => void rotate.run() },
      one.active ? { label: t("webhooks.switch_off"), icon: "pause", onClick: () => void change.run({ active: false }) }
        : { label: t("webhooks.switch_on"), icon: "play", onClick: () => void change.run({ active: true }) },
      { label: t("webhooks.delete"), icon: "trash", danger: true, onClick: () => void remove.run() },
    ]} />`;
  return html`<${PageHead} title=${t("webhooks.one")} back=${{ href: href("/webhooks"), label: t("webhooks.title") }} actions=${actions} />
    <${Loaded} of=${webhook}>${(/** @type {Webhook} */ data) => html`<div class="stack">
      <${Kept} of=${data} onEnd=${() => void end.run()} /><${Deliveries} path=${path} turn=${turn} /></div>`}<//>
    ${open === "edit" && one && html`<${WebhookForm} of=${one} onClose=${() => setOpen(null)}
      onSaved=${(/** @type {Webhook} */ saved) => { setOpen(null); webhook.set(saved); }} />`}
    ${secret && html`<${WebhookSecret} secret=${secret} onClose=${() => setSecret("")} />`}`;
}

/** @param {{of: Webhook, onEnd: () => void}} props */
function Kept({ of, onEnd }) {
  return html`${of.rotation_ends_at && html`<${Notice} actions=${html`<${Button} onClick=${onEnd}>${t("webhooks.end_rotation")}<//>`}>${
      t("webhooks.rotating", { at: formatMoment(of.rotation_ends_at) })}<//>`}
    ${of.disabled_reason && html`<${Notice} tone="bad">${t("webhooks.gone_hint")}<//>`}
    ${of.active && of.failing && html`<${Notice} tone="warn">${t("webhooks.failing_hint")}<//>`}
    <${Panel} title=${t("webhooks.about_one")}><div class="stack"><${Facts} items=${[
      [t("webhooks.url"), html`<${Text}>${of.url}<//>`],
      of.description && [t("webhooks.description"), html`<${Text}>${of.description}<//>`],
      [t("webhooks.state"), html`<${State} of=${of} />`],
      [t("webhooks.waiting"), formatNumber(of.waiting)],
      [t("webhooks.details"), t(of.include_details ? "webhooks.yes" : "webhooks.no")],
      [t("webhooks.created"), html`<${When} at=${of.created_at} />`],
    ]} /><div><h3>${t("webhooks.events")}</h3><ul class="words">${of.events.map((one) => html`<li key=${one}><code>${one}</code></li>`)}</ul></div></div><//>`;
}
