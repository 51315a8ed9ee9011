import { Button, Empty, Loaded, PageHead, Table, Text, Timer, html, useAction, useLoad } from "../../kit/index.js";
import { get, post } from "../../app/api.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { href } from "../../app/router.js";

/** @typedef {{user_id: number, username: string, way: string, ip: string | null, attempts: number, until: string}} Lockout */

export default function Lockouts() {
  const lockouts = useLoad((signal) => get("/helpline/api/lockouts", {}, { signal }), []);
  const unlock = useAction(async (/** @type {number} */ id) => {
    await post(`/helpline/api/users/${id}/unlock`);
    lockouts.again();
  }, { done: t("lockouts.unlocked") });
  const again = html`<${Button} icon="refresh" busy=${lockouts.busy} onClick=${lockouts.again}>${t("lockouts.refresh")}<//>`;
  return html`<${PageHead} title=${t("lockouts.title")} actions=${again}><p class="quiet">${t("lockouts.about")}</p><//>
    <${Loaded} of=${lockouts}>${(/** @type {{data: Lockout[]}} */ found) => html`<${Table} caption=${t("lockouts.title")} rows=${found.data}
      rowKey=${(/** @type {Lockout} */ one) => `${one.user_id}/${one.way}/${one.ip}`} columns=${columns(unlock)}
      empty=${html`<${Empty} icon="check" title=${t("lockouts.none")}>${t("lockouts.none_hint")}<//>`} />`}<//>`;
}

/** @param {{run: (id: number) => Promise<boolean>, busy: boolean}} unlock @returns {import("../../kit/table.js").Column[]} */
const columns = (unlock) => [
  { key: "username", label: t("lockouts.who"), by: (one) => one.username, render: (one) => html`<a href=${href(`/users/${one.user_id}`)}><${Text}>${one.username}<//></a>` },
  { key: "way", label: t("lockouts.way"), by: (one) => one.way, render: (one) => t(`lockouts.way_${one.way}`) },
  { key: "ip", label: t("lockouts.ip"), render: (one) => one.ip ?? t("lockouts.everywhere"), hideNarrow: true },
  { key: "attempts", label: t("lockouts.attempts"), align: "end", by: (one) => one.attempts, render: (one) => formatNumber(one.attempts), hideNarrow: true },
  { key: "until", label: t("lockouts.left"), align: "end", by: (one) => one.until, render: (one) => html`<${Countdown} until=${one.until} />` },
  { key: "unlock", label: t("lockouts.unlock"), align: "end",
    render: (one) => html`<${Button} busy=${unlock.busy} onClick=${() => void unlock.run(one.user_id)}>${t("lockouts.unlock_do")}<//>` },
];

/** @param {{until: string}} props */
const Countdown = ({ until }) => html`<${Timer} until=${until} label=${t("lockouts.left")} />`;
