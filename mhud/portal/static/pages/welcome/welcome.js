/** Behind a link that is good once: the first administrator, or somebody who sets his password. */
import { Button, Failed, Loading, Notice, PasswordField, TextField, html, useFirstFocus, useForm, useLoad } from "../../kit/index.js";
import { post } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { formatMoment } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { href } from "../../app/router.js";
import { NotSecure } from "../../app/sign_in.js";
import { Taste } from "../../app/top_bar.js";
import { checkPasswords } from "../account/new_password.js";

/** @typedef {{kind: "setup" | "password", username: string | null, name: string | null, organization: string, expires_at: string}} Offer */

/** @param {{params: {token: string}}} props */
export default function Welcome({ params }) {
  return isSecureContext ? html`<${Offered} token=${params.token} />` : html`<${Box} title=${t("welcome.title")}><${NotSecure} /><//>`;
}

/** @param {{token: string}} props */
function Offered({ token }) {
  const offer = useLoad(async () =>
    (await post("/helpline/api/invitations/look", { token }, { anonymous: true })).data, [token]);
  return html`<${Box} title=${offer.data?.organization || t("welcome.title")}>
    ${offer.data ? html`<${Acceptance} token=${token} offer=${offer.data} />` : offer.error
      ? html`<${Over} error=${offer.error} again=${offer.again} />` : html`<${Loading} />`}<//>`;
}

/** @param {{title: string, children?: any}} props */
const Box = ({ title, children }) => html`<main class="sign-in"><section class="panel sign-in-box">
  <header class="sign-in-head"><h1 dir="auto">${title}</h1><${Taste} /></header>${children}</section></main>`;

/** @param {{error: unknown, again: () => void}} props */
function Over({ error, again }) {
  const isOver = error instanceof ApiError && error.status === 410;
  if (!isOver) return html`<${Failed} error=${error} again=${again} />`;
  return html`<div class="stack"><${Notice} tone="warn">${t("welcome.over")}<//><a href=${href("/")}>${t("app.sign_in")}</a></div>`;
}

/** @param {{token: string, offer: Offer}} props */
function Acceptance({ token, offer }) {
  const isFirst = offer.kind === "setup";
  const first = useFirstFocus();
  const form = useForm({ username: "", name: "", email: "", new_password: "", again: "" }, async (typed) => {
    await post("/helpline/api/invitations/accept", bodyOf(token, isFirst, typed), { anonymous: true });
    location.hash = "#/";
    location.reload(); // whoever was signed in here before is not any more
  }, { check: checkPasswords, guard: false });
  const wrong = form.errors.password; // the API's name of what is typed twice here
  return html`<form ref=${first} onSubmit=${form.submit} noValidate>
    <p>${isFirst ? t("welcome.first") : t("welcome.invited", { name: offer.name || offer.username || "" })}</p>
    <p class="quiet small">${t("welcome.until", { at: formatMoment(offer.expires_at) })}</p>
    ${form.problem && !wrong && html`<${Notice} tone="bad">${form.problem}<//>`}
    ${offer.username && html`<input type="text" autocomplete="username" value=${offer.username} hidden readonly />`}
    ${isFirst && html`<${TextField} label=${t("welcome.username")} autocomplete="username" autocapitalize="none" spellcheck=${false} required ...${form.field("username")} />
      <${TextField} label=${t("welcome.name")} autocomplete="name" ...${form.field("name")} />
      <${TextField} label=${t("welcome.email")} type="email" autocomplete="email" hint=${t("welcome.email_hint")} ...${form.field("email")} />`}
    <${PasswordField} label=${t("account.new_password")} hint=${t("account.new_password_hint")} autocomplete="new-password"
      required ...${form.field("new_password")} error=${form.errors.new_password ?? wrong} />
    <${PasswordField} label=${t("account.again")} autocomplete="new-password" required ...${form.field("again")} />
    <${Button} kind="primary" type="submit" busy=${form.busy} class="wide">${t(isFirst ? "welcome.create" : "welcome.set")}<//>
  </form>`;
}

/** @param {string} token @param {boolean} isFirst @param {Record<string, string>} typed */
function bodyOf(token, isFirst, { username, name, email, new_password }) {
  const more = isFirst ? { username, ...(name && { name }), ...(email && { email }) } : {};
  return { token, password: new_password, ...more };
}
