import { Button, Notice, Panel, PasswordField, html, toast, useForm } from "../../kit/index.js";
import { post } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { checkPasswords } from "./new_password.js";

const NOTHING = { old_password: "", new_password: "", again: "" };

/** @param {{username: string}} props */
export function Password({ username }) {
  const form = useForm(NOTHING, async ({ old_password, new_password }) => {
    await post("/helpline/api/changeAuth", { new_password, ...(old_password && { old_password }) });
    toast(t("account.password_changed"), "good");
  }, { check: checkPasswords });
  const submit = async (/** @type {Event} */ event) => {
    if (await form.submit(event)) form.reset(NOTHING);
  };
  return html`<${Panel} title=${t("account.password")}><form class="form narrow" onSubmit=${submit} noValidate>
    <p class="quiet">${t("account.password_ends")}</p>
    <input type="text" autocomplete="username" value=${username} hidden readonly />
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <${PasswordField} label=${t("account.old_password")} hint=${t("account.old_password_hint")}
      autocomplete="current-password" ...${form.field("old_password")} />
    <${PasswordField} label=${t("account.new_password")} hint=${t("account.new_password_hint")}
      autocomplete="new-password" required ...${form.field("new_password")} />
    <${PasswordField} label=${t("account.again")} autocomplete="new-password" required ...${form.field("again")} />
    <div class="actions"><${Button} kind="primary" type="submit" busy=${form.busy}>${t("account.change_password")}<//></div>
  </form><//>`;
}
