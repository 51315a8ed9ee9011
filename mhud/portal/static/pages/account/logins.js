/** Where I am signed in, and an end to it: a browser that was left open in a training room. */
import { Badge, Button, Loaded, Panel, Table, When, confirm, html, useAction, useLoad } from "../../kit/index.js";
import { del, get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { wordOf } from "../../kit/status.js";
import { browserOf } from "./browser_name.js";

/** @typedef {{id: string, how: string, created_at: string, last_seen_at: string, ip: string | null,
 *   user_agent: string | null, current: boolean}} Login */

/** @param {{username: string}} props */
export function Logins({ username }) {
  const logins = useLoad((signal) => get("/api/v1/sessions", { user: username }, { signal }), [username]);
  const end = useAction(async (/** @type {string} */ id) => {
    await del(`/api/v1/sessions/${id}`);
    logins.again();
  });
  const ask = async (/** @type {Login} */ login) => { // the button stays in use meanwhile, so that it gets the focus back
    const asked = { title: t("account.end_title"), text: browserOf(login.user_agent), action: t("account.end"), danger: true };
    if (await confirm(asked)) void end.run(login.id);
  };
  const columns = columnsOf((login) => void ask(login), end.busy);
  return html`<${Panel} title=${t("account.logins")} flush>
    <${Loaded} of=${logins}>${(/** @type {any} */ data) => html`<${Table} caption=${t("account.logins")}
      columns=${columns} rows=${[...data.sessions].reverse()} />`}<//><//>`;
}

/** @param {(login: Login) => void} onEnd @param {boolean} busy */
const columnsOf = (onEnd, busy) => [
  { key: "browser", label: t("account.browser"), render: (/** @type {Login} */ one) => html`${browserOf(one.user_agent)}
    ${one.current && html` <${Badge} tone="good">${t("account.this_one")}<//>`}` },
  { key: "ip", label: t("account.address"), hideNarrow: true, render: (/** @type {Login} */ one) => one.ip ?? "–" },
  { key: "how", label: t("account.how"), hideNarrow: true, render: (/** @type {Login} */ one) => wordOf("sign_in", one.how) },
  { key: "created_at", label: t("account.since"), hideNarrow: true, render: (/** @type {Login} */ one) => html`<${When} at=${one.created_at} />` },
  { key: "last_seen_at", label: t("account.last_seen"), render: (/** @type {Login} */ one) => html`<${When} at=${one.last_seen_at} ago />` },
  { key: "end", label: t("account.action"), align: /** @type {const} */ ("end"), render: (/** @type {Login} */ one) =>
    one.current ? null : html`<${Button} kind="danger" disabled=${busy} onClick=${() => onEnd(one)}>${t("account.end")}<//>` },
];
