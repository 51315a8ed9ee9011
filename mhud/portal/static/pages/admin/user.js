import {
  Button, Facts, Loaded, Menu, Notice, PageHead, Panel, Text, Versions, When, confirm, html, toast, useAction, useLoad, useRef, useState, useVersionedForm,
} from "../../kit/index.js";
import { post, request } from "../../app/api.js";
import { isConflict } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { mayFor } from "../../app/rights.js";
import { href } from "../../app/router.js";
import { InviteButton, Invited, useInvitation } from "./invitation.js";
import { PasswordDialog } from "./password.js";
import { useQueueNames } from "./queues_field.js";
import { UserFields, bodyOf, valuesOf } from "./user_fields.js";
import { roleWord } from "./users.js";
import { Sessions } from "./user_sessions.js";

/** @param {{params: {id: string}}} props */
export default function UserPage({ params }) {
  const path = `/helpline/api/users/${params.id}`;
  const user = useLoad((signal) => request("GET", path, { signal }).then(({ body, etag }) => ({ ...body.data, etag })), [path]);
  const [isNewPassword, setNewPassword] = useState(false);
  const unlock = useAction(() => post(`${path}/unlock`), { done: t("users.unlocked") });
  const isMine = mayFor("manage_users");
  const invitation = useInvitation(path, isMine);
  const actions = user.data && isMine && html`<${InviteButton} of=${invitation} /><${Menu} label=${t("users.more")} items=${[
    invitation.state?.by_email && { label: t("users.invite"), icon: "copy", onClick: () => void invitation.show.run() },
    { label: t("users.set_password"), icon: "key", onClick: () => setNewPassword(true) },
    { label: t("users.unlock"), icon: "shield", onClick: () => void unlock.run() },
  ].filter(Boolean)} />`;
  return html`<${PageHead} title=${user.data?.name ?? t("users.one")} back=${{ href: href("/users"), label: t("users.title") }} actions=${actions} />
    <${Loaded} of=${user} rows=${8}>${(/** @type {any} */ data) => html`<div class="stack">
      <${Invited} of=${invitation} name=${data.name} email=${data.email} /><${About} of=${data} />
      ${isMine && html`<${Edit} key=${data.id} of=${data} path=${path} onSaved=${user.set} /><${Sessions} username=${data.username} />`}</div>`}<//>
    ${isNewPassword && html`<${PasswordDialog} path=${path} onClose=${() => setNewPassword(false)} onSaved=${() => { setNewPassword(false); user.again(); }} />`}`;
}

/** @param {{of: any}} props */
function About({ of }) {
  const queueName = useQueueNames();
  return html`<${Panel} title=${t("users.about")}><${Facts} items=${[
    [t("users.username"), html`<${Text}>${of.username}<//>`],
    [t("users.role"), html`<${Text}>${roleWord(of.role)}<//>`],
    [t("users.last_login"), of.last_login ? html`<${When} at=${of.last_login} />` : t("users.never")],
    [t("users.created"), html`<${When} at=${of.created_at} />`],
    [t("users.password"), t(of.has_password ? "users.has_password" : "users.no_password")],
    [t("users.agent"), of.agent_id ? html`<a href=${href("/agents", { agent: of.agent_id })}>${of.agent_id}</a>` : t("users.no_phone")],
    of.extension && [t("users.extension"), of.extension],
    of.queues.length > 0 && [t("admin.queues"), html`<${Text}>${of.queues.map(queueName).join(", ")}<//>`],
  ]} /><//>`;
}

/** @param {{of: any, path: string, onSaved: (user: any) => void}} props */
function Edit({ of, path, onSaved }) {
  const known = useRef(JSON.stringify(valuesOf(of)));
  const read = async () => {
    const { body, etag } = await request("GET", path);
    return { item: body.data, etag };
  };
  const save = (/** @type {any} */ body, /** @type {string | null} */ ifMatch) => request("PUT", path, { body, ifMatch });
  const edit = useVersionedForm({
    from: { item: of, etag: of.etag }, valuesOf, check, read,
    bodyOf: (_, values) => ({ ...bodyOf(values), is_active: values.is_active }),
    save: (body, ifMatch) => save(body, ifMatch).catch(async (why) => {
      const now = isConflict(why) && (await read());
      if (!now || JSON.stringify(valuesOf(now.item)) !== known.current) throw why;
      return save(body, now.etag); // a new password, or a phone, is nothing of this form
    }),
    onSaved: ({ body, etag }) => {
      known.current = JSON.stringify(valuesOf(body.data));
      onSaved({ ...body.data, etag });
      toast(t("admin.saved"), "good");
    },
  });
  const { form } = edit;
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!of.is_active || form.values.is_active || (await leaves(of))) await form.submit();
  };
  return html`<${Panel} title=${t("users.edit")}><form class="form" noValidate onSubmit=${submit}>
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <${Versions} of=${edit} words=${{ labelOf: (/** @type {string} */ name) => labels()[name], shown }} />
    <${UserFields} form=${form} />
    <div class="form-foot"><${Button} kind="primary" type="submit" busy=${form.busy} disabled=${!form.isDirty}>${t("admin.save")}<//></div></form><//>`;
}

/** @param {import("./user_fields.js").Values} values @returns {Record<string, string>} */
const check = ({ name }) => (name.trim() ? {} : { name: t("users.name_wanted") });

/** @param {any} user */
const leaves = (user) =>
  confirm({ title: t("users.disable_title", { name: user.name }), text: t("users.disable_text"), action: t("users.disable"), danger: true });

/** @returns {Record<string, string>} */
const labels = () => ({
  name: t("users.name"), role: t("users.role"), email: t("users.email"), phone: t("users.phone"), addresses: t("users.addresses"),
  is_active: t("users.may_sign_in"),
});

/** @param {string} name @param {Record<string, any>} user */
const shown = (name, { [name]: value }) => (typeof value === "boolean" ? t(value ? "users.yes" : "users.no") : value);
