/** In the bar of every page: who asks for help and waits, seen, read out and, if wished, heard at once. */
import { Icon, html, useEffect } from "../../kit/index.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { agents } from "../../app/live.js";
import { href } from "../../app/router.js";
import { me } from "../../app/session.js";
import { asking } from "../board/facts.js";
import { useLive } from "../board/use_facts.js";
import { sound, soundUntil } from "./alarm.js";

/** Others to whom nobody comes yet, who waits longest first; a text, so that the same is not drawn anew. */
const unheard = () =>
  JSON.stringify(asking(agents.list).filter((one) => !one.help.answered_at && one.id !== me.value?.agent_id).map(({ id, name }) => ({ id, name })));

export function HelpBell() {
  const waiting = JSON.parse(useLive(unheard, []));
  const [first] = waiting;
  const isLoud = !!first && sound.value;
  useEffect(() => (isLoud ? soundUntil() : undefined), [isLoud]);
  const words = first ? t("supervisor.bell_asks", { name: first.name }) : t("supervisor.no_help");
  const more = waiting.length > 1 ? t("supervisor.bell_more", { n: waiting.length - 1 }) : "";
  return html`<span role="alert" class="hidden">${first && `${words} ${more}`}</span>
    <a class="button ${first ? "bell bell-asks" : "bell button-quiet button-icon"}" aria-label=${`${words} ${more}`.trim()} title=${words}
      href=${href("/supervisor", first ? { agent: first.id } : {})}><${Icon} name="bell" />
      ${first && html`<bdi class="bell-name">${words}</bdi>`}${more && html`<span class="bell-count">${formatNumber(waiting.length)}</span>`}</a>`;
}
