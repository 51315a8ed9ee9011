import { Button, Facts, Failed, Notice, SelectField, Status, Text, TextField, Versions, confirm, html, toast, useAction, useForm, useLoad, useVersionedForm } from "../../kit/index.js";
import { del, get, post, request } from "../../app/api.js";
import { hasText, t } from "../../app/i18n.js";
import { may, mayFor } from "../../app/rights.js";
import { href } from "../../app/router.js";
import { FormDialog } from "./form_dialog.js";
import { QueuesField } from "./queues_field.js";

/** @typedef {import("./agents.js").Agent} Agent */

/** @param {Agent} agent */
const valuesOf = (agent) => ({ queues: agent.queues, interface: agent.interface, extension: agent.extension ?? "" });

/** @param {Partial<ReturnType<typeof valuesOf>>} changed */
const bodyOf = ({ queues, interface: device, extension }) => ({
  ...(queues && { queues }),
  ...(device !== undefined && { interface: device.trim() }),
  ...(extension !== undefined && { extension: extension.trim() || null }),
});

/** @param {Agent} agent */
const versionOf = (agent) => ({ item: agent, etag: `"${agent.version}"` });

/** @type {import("../../kit/versions.js").Words} */
const WORDS = { labelOf: (name) => t(`roster.${name}`), shown: (name, one) => String(one[name]) };

/** @param {{of: Agent, onClose: () => void, onSaved: () => void}} props */
export function AgentForm({ of, onClose, onSaved }) {
  const path = `/api/v1/agents/${encodeURIComponent(of.agent_id)}`;
  const [steers, manages] = [mayFor("manage_agents"), mayFor("manage_users")];
  const edit = useVersionedForm({
    from: versionOf(of), valuesOf, bodyOf,
    read: async () => {
      const all = (await get("/api/v1/agents/roster")).agents;
      return versionOf(all.find((/** @type {Agent} */ one) => one.agent_id === of.agent_id) ?? of);
    },
    save: (body, ifMatch) => request("PUT", path, { body, ifMatch }),
    onSaved: () => {
      toast(t("roster.saved"), "good");
      onSaved();
    },
  });
  const { form } = edit;
  const remove = useAction(async () => {
    if (!(await confirm({ title: t("roster.remove_title", { name: of.name }), text: t("roster.remove_text"), action: t("roster.remove"), danger: true }))) return;
    await del(path);
    onSaved();
  });
  return html`<${FormDialog} title=${of.name} size="large" form=${form} action=${t("admin.save")} onClose=${onClose}>
    <${Facts} items=${[
      [t("roster.agent"), of.agent_id],
      [t("roster.person"), may("view_users") ? html`<a href=${href(`/users/${of.user_id}`)}><${Text}>${of.username}<//></a>` : of.username],
      [t("roster.status"), html`<${Status} kind="agent" word=${of.status} />`],
      [t("roster.kind"), html`<${Kind} id=${of.agent_id} />`],
      [t("roster.device"), deviceWord(of.device_state)],
    ]} />
    <${Versions} of=${edit} words=${WORDS} />
    ${steers && html`<${QueuesField} ...${form.field("queues")} hint=${t("roster.queues_hint")} />`}
    ${manages && html`<div class="fields"><${TextField} ...${form.field("extension")} label=${t("roster.extension")} hint=${t("roster.extension_hint")} maxlength="128" />
      <${TextField} ...${form.field("interface")} label=${t("roster.interface")} hint=${t("roster.interface_hint")} required maxlength="128" /></div>
      <div><${Button} kind="danger" icon="trash" busy=${remove.busy} onClick=${() => void remove.run()}>${t("roster.remove")}<//></div>`}<//>`;
}

/** Asterisk's word in the person's language. @param {string | null} state */
function deviceWord(state) {
  const key = `roster.device_${(state ?? "unknown").toLowerCase()}`;
  return hasText(key) ? t(key) : state;
}

/** In the browser or on the desk: Asterisk is asked, for it may take a moment. @param {{id: string}} props */
function Kind({ id }) {
  const phone = useLoad((signal) => get(`/api/v1/agents/${encodeURIComponent(id)}/phone`, {}, { signal }), [id]);
  if (!phone.data) return phone.error ? "–" : "…";
  return t(`roster.kind_${phone.data.kind}`);
}

const EMPTY = { user_id: "", agent_id: "", interface: "", extension: "", queues: /** @type {string[]} */ ([]) };

/** @param {{taken: Agent[], onClose: () => void, onSaved: () => void}} props */
export function NewAgent({ taken, onClose, onSaved }) {
  const people = useLoad((signal) => get("/helpline/api/users", { is_active: true }, { signal }), []);
  const form = useForm(EMPTY, async (values, key) => {
    const body = { user_id: Number(values.user_id), agent_id: values.agent_id.trim(), extension: values.extension.trim() || null, queues: values.queues };
    await post("/api/v1/agents", { ...body, ...(values.interface.trim() && { interface: values.interface.trim() }) }, { key });
    toast(t("roster.made"), "good");
    onSaved();
  }, { check });
  const free = (people.data?.data ?? []).filter((/** @type {any} */ one) => !one.agent_id && !taken.some((agent) => agent.user_id === one.id));
  return html`<${FormDialog} title=${t("roster.new")} size="large" form=${form} action=${t("roster.make")} onClose=${onClose}>
    ${!people.data && !!people.error && html`<${Failed} error=${people.error} again=${people.again} compact />`}
    ${people.data && !free.length && html`<${Notice}>${t("roster.nobody_free")}<//>`}
    <div class="fields"><${SelectField} ...${form.field("user_id")} label=${t("roster.person")} required empty=${t("roster.choose_person")}
        options=${free.map((/** @type {any} */ one) => ({ value: String(one.id), label: `${one.name} (${one.username})` }))} />
      <${TextField} ...${form.field("agent_id")} label=${t("roster.agent")} hint=${t("roster.agent_hint")} required maxlength="128" />
      <${TextField} ...${form.field("extension")} label=${t("roster.extension")} hint=${t("roster.extension_hint")} maxlength="128" />
      <${TextField} ...${form.field("interface")} label=${t("roster.interface")} hint=${t("roster.interface_default")} maxlength="128" /></div>
    <${QueuesField} ...${form.field("queues")} hint=${t("roster.queues_hint")} /><//>`;
}

/** @param {typeof EMPTY} values @returns {Record<string, string>} */
const check = ({ user_id, agent_id }) => ({
  ...(!user_id && { user_id: t("roster.choose_person") }),
  ...(!agent_id.trim() && { agent_id: t("roster.agent_wanted") }),
});
