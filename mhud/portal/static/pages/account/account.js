import { Facts, PageHead, Panel, html } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { me } from "../../app/session.js";

export default function Account() {
  return html`<${PageHead} title=${t("account.title")} /><${Panel}><${Facts} items=${[["Name", me.value?.name]]} /><//>`;
}
