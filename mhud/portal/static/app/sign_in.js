/** Signing in by a code or a password: as a page, and over a page whose login ended. */
import { html, useState } from "../vendor/kit.js";
import { Button } from "../kit/button.js";
import { Dialog } from "../kit/dialog.js";
import { TextField } from "../kit/field.js";
import { PasswordField } from "../kit/password_field.js";
import { Notice } from "../kit/states.js";
import { Tabs } from "../kit/tabs.js";
import { useFirstFocus } from "../kit/use_first_focus.js";
import { useForm } from "../kit/use_form.js";
import { post } from "./api.js";
import { Demo } from "./demo.js";
import { ApiError } from "./errors.js";
import { t } from "./i18n.js";
import { findMe, me } from "./session.js";
import { Taste } from "./top_bar.js";

const LONG_S = 120; // from here on a wait is told in minutes

/** The first thing that anybody sees. */
export function SignIn() {
  return html`<main class="sign-in"><section class="panel sign-in-box">
    <header class="sign-in-head"><h1>${t("app.sign_in_title")}</h1><${Taste} /></header>
    ${isSecureContext ? html`<${Ways} /><${Demo} />` : html`<${NotSecure} />`}</section></main>`;
}

/** Over plain HTTP a browser keeps no login of ours, and lacks what forms need. */
export const NotSecure = () => html`<${Notice} tone="bad">${t("app.not_secure")}<//>`;

/** The login ended under an open page: what was typed stays there. */
export function SignInAgain() {
  return html`<${Dialog} title=${t("app.expired_title")} size="small">
    <${Notice} tone="warn">${t("app.expired")}<//><${Ways} /><//>`;
}

function Ways() {
  const [way, setWay] = useState("password");
  return html`<${Tabs} label=${t("app.ways")} selected=${way} onSelect=${setWay} tabs=${[
    { id: "password", label: t("app.by_password"), panel: () => html`<${ByPassword} />` },
    { id: "code", label: t("app.by_code"), panel: () => html`<${ByCode} />` },
  ]} />`;
}

/** Who asked too often is told how long to wait. @param {Promise<unknown>} asking */
const withWaits = (asking) => asking.catch((error) => {
  if (error instanceof ApiError && error.status === 429 && error.retryAfter >= LONG_S)
    throw new ApiError({ status: 409, code: "wait", message: t("app.wait", { n: Math.ceil(error.retryAfter / 60) }) });
  throw error;
});

/** A wrong password is no ended login. @param {Promise<unknown>} asking @param {string} words */
const inWords = (asking, words) => withWaits(asking).catch((error) => {
  if (error instanceof ApiError && error.status === 401)
    throw new ApiError({ status: 409, code: "wrong", message: words });
  throw error;
});

/** Asks who this is by now. Raises ApiError where the browser did not keep the login. */
async function enter() {
  await findMe();
  if (!me.value) throw new ApiError({ status: 409, code: "cookie", message: t("app.no_cookie") });
}

function ByPassword() {
  const first = useFirstFocus();
  const form = useForm({ username: me.value?.username ?? "", password: "" }, async (values) => {
    await inWords(post("/helpline/api/login", values, { anonymous: true }), t("app.wrong_password"));
    await enter();
  }, { guard: false });
  return html`<form ref=${first} onSubmit=${form.submit}>
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <${TextField} label=${t("app.username")} autocomplete="username" autocapitalize="none" spellcheck=${false} required ...${form.field("username")} />
    <${PasswordField} label=${t("app.password")} autocomplete="current-password" required ...${form.field("password")} />
    <${Button} kind="primary" type="submit" busy=${form.busy} class="wide">${t("app.sign_in")}<//></form>`;
}

function ByCode() {
  const first = useFirstFocus();
  const [sentTo, setSentTo] = useState("");
  const ask = useForm({ addr_addr: "" }, async ({ addr_addr }) => {
    const addr_type = addr_addr.includes("@") ? "email" : "phone";
    await withWaits(post("/helpline/api/sendOTP", { addr_addr: addr_addr.trim(), addr_type }, { anonymous: true }));
    setSentTo(addr_addr.trim());
  }, { guard: false });
  if (sentTo) return html`<${Code} sentTo=${sentTo} onBack=${() => setSentTo("")} />`;
  return html`<form ref=${first} onSubmit=${ask.submit}>
    ${ask.problem && html`<${Notice} tone="bad">${ask.problem}<//>`}
    <${TextField} label=${t("app.address")} hint=${t("app.address_hint")} autocomplete="email" required ...${ask.field("addr_addr")} />
    <${Button} kind="primary" type="submit" busy=${ask.busy} class="wide">${t("app.send_code")}<//></form>`;
}

/** @param {{sentTo: string, onBack: () => void}} props */
function Code({ sentTo, onBack }) {
  const first = useFirstFocus();
  const form = useForm({ otp: "" }, async ({ otp }) => {
    const body = { addr_addr: sentTo, otp: otp.replaceAll(/\s/g, "") };
    await inWords(post("/helpline/api/verifyOTP", body, { anonymous: true }), t("app.wrong_code"));
    await enter();
  }, { guard: false });
  return html`<form ref=${first} onSubmit=${form.submit}>
    <p role="status">${t("app.code_sent", { address: sentTo })}</p>
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <${TextField} label=${t("app.code")} inputmode="numeric" autocomplete="one-time-code" maxlength="7" required ...${form.field("otp")} />
    <${Button} kind="primary" type="submit" busy=${form.busy} class="wide">${t("app.sign_in")}<//>
    <${Button} kind="quiet" class="wide" onClick=${onBack}>${t("app.other_address")}<//></form>`;
}
