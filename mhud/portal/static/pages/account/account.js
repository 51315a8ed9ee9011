/** One's own account: who I am here, my password, where I am signed in. */
import { Facts, PageHead, Panel, Text, When, html, wordOf } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { me } from "../../app/session.js";
import { Logins } from "./logins.js";
import { Password } from "./password.js";

export default function Account() {
  const who = me.value;
  if (!who) return null;
  return html`<${PageHead} title=${t("account.title")} /><div class="stack">
    <${Panel} title=${t("account.who")}><${Facts} items=${[
      [t("account.name"), html`<${Text}>${who.name || who.username}<//>`],
      [t("account.username"), html`<${Text}>${who.username}<//>`],
      [t("account.email"), who.email && html`<${Text}>${who.email}<//>`],
      [t("account.role"), wordOf("role", who.role)],
      who.agent_id && [t("account.agent"), html`<${Text}>${who.agent_id}<//>`],
      [t("account.last_login"), html`<${When} at=${who.last_login} />`],
    ]} /><//>
    <${Logins} username=${who.username} />
    <${Password} username=${who.username} />
  </div>`;
}
