import { Badge, Button, Empty, Loaded, Panel, Table, Text, When, html, useAction, useLoad } from "../../kit/index.js";
import { del, get } from "../../app/api.js";
import { hasText, t } from "../../app/i18n.js";

/** @typedef {{id: string, how: string, created_at: string, last_seen_at: string, ip: string | null, user_agent: string | null, current: boolean}} Session */

/** Where somebody is signed in. @param {{username: string}} props */
export function Sessions({ username }) {
  const sessions = useLoad((signal) => get("/api/v1/sessions", { user: username }, { signal }), [username]);
  const end = useAction(async (/** @type {string} */ id) => {
    await del(`/api/v1/sessions/${id}`);
    sessions.again();
  }, { done: t("users.session_ended") });
  return html`<${Panel} title=${t("users.sessions")} flush><${Loaded} of=${sessions}>${(/** @type {{sessions: Session[]}} */ data) => html`<${Table}
    caption=${t("users.sessions")} rows=${data.sessions} columns=${columns(end)} empty=${html`<${Empty} title=${t("users.no_sessions")} />`} />`}<//><//>`;
}

/** @param {{run: (id: string) => Promise<boolean>, busy: boolean}} end @returns {import("../../kit/table.js").Column[]} */
const columns = (end) => [
  { key: "created_at", label: t("users.since"), render: (one) => html`<${When} at=${one.created_at} />` },
  { key: "how", label: t("users.how"), render: (one) => (hasText(`users.how_${one.how}`) ? t(`users.how_${one.how}`) : one.how), hideNarrow: true },
  { key: "last_seen_at", label: t("users.last_seen"), render: (one) => html`<${When} at=${one.last_seen_at} ago />` },
  { key: "ip", label: t("users.ip"), render: (one) => one.ip ?? "–", hideNarrow: true },
  { key: "user_agent", label: t("users.browser"), render: (one) => html`<span class="small quiet"><${Text}>${one.user_agent ?? "–"}<//></span>`, hideNarrow: true },
  { key: "end", label: t("users.end"), align: "end", render: (one) => (one.current ? html`<${Badge} tone="info">${t("users.this_one")}<//>`
    : html`<${Button} kind="quiet" busy=${end.busy} onClick=${() => void end.run(one.id)}>${t("users.end_do")}<//>`) },
];
