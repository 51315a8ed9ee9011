/** A link by which somebody sets his password: sent by e-mail where that goes, else to copy. */
import { Button, Failed, Notice, html, useAction, useEffect, useLoad, useState } from "../../kit/index.js";
import { get, post } from "../../app/api.js";
import { formatMoment } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { SecretDialog } from "./secret.js";

/** @typedef {{by_email: boolean, pending: {created_at: string, expires_at: string} | null,
 *   mail: {state: "sending" | "sent" | "failed", at: string} | null}} State
 * @typedef {{state: State | undefined, unread: unknown, again: () => void, send: {run: () => Promise<boolean>, busy: boolean}, show: {run: () => Promise<boolean>, busy: boolean},
 *   link: {link: string, expires_at: string} | null, hide: () => void}} Invitation */
const AGAIN_MS = 1000;

/** @param {string} path of the person @param {boolean} may else nothing is asked @returns {Invitation} */
export function useInvitation(path, may) {
  const state = useLoad(async (signal) => (may ? /** @type {State} */ ((await get(`${path}/invite`, {}, { signal })).data) : undefined), [path, may]);
  const [link, setLink] = useState(/** @type {{link: string, expires_at: string} | null} */ (null));
  const isSending = state.data?.mail?.state === "sending";
  useEffect(() => {
    if (!isSending || state.busy) return undefined; // also when it could not be read: it goes on
    const timer = setTimeout(state.again, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isSending, state.busy]);
  const send = useAction(async () => {
    await post(`${path}/invite/mail`);
    const now = get(`${path}/invite`).catch(() => ({ data: { ...state.data, mail: { state: "sending", at: "" } } })); // it is on its way all the same
    state.set((await now).data); // busy until it is seen: a second mail makes the first one's link void
  });
  const show = useAction(async () => {
    setLink((await post(`${path}/invite`)).data);
    state.again();
  });
  return { state: state.data, unread: state.error, again: state.again, send, show, link, hide: () => setLink(null) };
}

/** The main way to invite him. @param {{of: Invitation}} props */
export function InviteButton({ of: { state, unread, send, show } }) {
  const [act, word] = state?.by_email ? [send, "users.invite_mail"] : [show, "users.invite"];
  return html`<${Button} kind="primary" icon="send" disabled=${!state && !!unread} busy=${act.busy || !state || state.mail?.state === "sending"} onClick=${() => void act.run()}>${t(word)}<//>`;
}

/** What became of it, and the link itself while it is shown. @param {{of: Invitation, name: string, email: string | null}} props */
export function Invited({ of: { state, unread, again, link, hide }, name, email }) {
  return html`${!state && !!unread && html`<${Failed} error=${unread} again=${again} compact />`}${state && html`<${Said} of=${state} email=${email ?? ""} />`}
    ${link && html`<${SecretDialog} title=${t("users.invite_title", { name })} label=${t("users.link")} value=${link.link}
      text=${t("users.invite_once", { at: formatMoment(link.expires_at) })} onClose=${hide} />`}`;
}

/** @param {{of: State, email: string}} props */
function Said({ of: { mail, pending }, email }) {
  if (mail?.state === "sending") return html`<${Notice}>${t("users.mail_sending", { email })}<//>`;
  if (mail?.state === "failed") return html`<${Notice} tone="bad">${t("users.mail_failed", { email })}<//>`;
  if (!pending) return null;
  const until = formatMoment(pending.expires_at);
  if (mail) return html`<${Notice} tone="good">${t("users.mail_sent", { email, until })}<//>`;
  return html`<${Notice}>${t("users.link_out", { until })}<//>`;
}
