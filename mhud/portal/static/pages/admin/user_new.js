import { Button, CheckField, Notice, PageHead, Panel, TextField, html, useForm, useState } from "../../kit/index.js";
import { post } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { go, href } from "../../app/router.js";
import { QueuesField } from "./queues_field.js";
import { EMPTY, UserFields, bodyOf } from "./user_fields.js";

const NO_PHONE = { ...EMPTY, agent_id: "", extension: "", queues: /** @type {string[]} */ ([]) };

export default function NewUser() {
  const [hasPhone, setPhone] = useState(false);
  const form = useForm(NO_PHONE, async (values, key) => {
    const { username, agent_id, extension, queues } = values;
    const body = { ...bodyOf(values), name: values.name.trim() || username.trim() };
    const phone = hasPhone ? { agent_id: agent_id.trim(), extension: extension.trim() || null, queues } : {};
    const made = await post("/helpline/api/users", { username: username.trim(), ...body, ...phone }, { key });
    setTimeout(() => go(`/users/${made.data.id}`)); // when the form knows that it is saved
  }, { check: (values) => check(values, hasPhone) });
  return html`<${PageHead} title=${t("users.new")} back=${{ href: href("/users"), label: t("users.title") }} />
    <form class="stack" noValidate onSubmit=${form.submit}>
      ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
      <${Panel} title=${t("users.who")}><${UserFields} form=${form} isNew /><//>
      <${Panel} title=${t("users.phone_panel")}><div class="stack">
        <${CheckField} label=${t("users.gets_phone")} hint=${t("users.gets_phone_hint")} value=${hasPhone} onInput=${setPhone} />
        ${hasPhone && html`<div class="fields">
          <${TextField} ...${form.field("agent_id")} label=${t("users.agent")} hint=${t("users.agent_hint")} required maxlength="128" />
          <${TextField} ...${form.field("extension")} label=${t("users.extension")} maxlength="128" /></div>
          <${QueuesField} ...${form.field("queues")} />`}</div><//>
      <p class="quiet">${t("users.then_invite")}</p>
      <div class="form-foot"><${Button} onClick=${() => go("/users")}>${t("kit.cancel")}<//>
        <${Button} kind="primary" type="submit" busy=${form.busy}>${t("users.make")}<//></div></form>`;
}

/** @param {typeof NO_PHONE} values @param {boolean} hasPhone @returns {Record<string, string>} */
const check = (values, hasPhone) => ({
  ...(!values.username.trim() && { username: t("users.username_wanted") }),
  ...(hasPhone && !values.agent_id.trim() && { agent_id: t("users.agent_wanted") }),
});
