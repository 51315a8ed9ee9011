import { PasswordField, html, toast, useForm } from "../../kit/index.js";
import { put } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { FormDialog } from "./form_dialog.js";

/** @param {{path: string, onClose: () => void, onSaved: () => void}} props `path` of the person */
export function PasswordDialog({ path, onClose, onSaved }) {
  const form = useForm({ password: "", again: "" }, async ({ password }) => {
    await put(path, { password });
    toast(t("users.password_set"), "good");
    onSaved();
  }, { check });
  return html`<${FormDialog} title=${t("users.set_password")} size="small" form=${form} action=${t("users.set_password_do")} onClose=${onClose}>
    <p>${t("users.password_text")}</p>
    <${PasswordField} ...${form.field("password")} label=${t("users.new_password")} hint=${t("users.password_hint")} autocomplete="new-password" required />
    <${PasswordField} ...${form.field("again")} label=${t("users.password_again")} autocomplete="new-password" required /><//>`;
}

/** @param {{password: string, again: string}} values @returns {Record<string, string>} */
const check = ({ password, again }) => ({
  ...(password.length < 10 && { password: t("users.password_hint") }),
  ...(password !== again && { again: t("users.password_differs") }),
});
