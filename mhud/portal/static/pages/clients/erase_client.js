import { del } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { go, href } from "../../app/router.js";
import { Button, Dialog, Facts, Notice, TextField, html, useForm, useId, useState } from "../../kit/index.js";
import { ROOT } from "./client_api.js";

/** Letters that look alike are typed alike, and a page shows one space for many. @param {string} name */
const asSeen = (name) => name.normalize("NFKC").trim().replaceAll(/\s+/g, " ");

/** Everywhere, for good; his name has to be typed. @param {import("./edit_client.js").Props} props */
export function EraseClient({ from, onClose }) {
  const one = from.item;
  const id = useId();
  const [erased, setErased] = useState(/** @type {any} */ (null));
  const form = useForm({ name: "" }, async () => setErased(await del(`${ROOT}/${one.id}`, { query: { confirm: one.id } })), {
    guard: false,
    check: ({ name }) => /** @type {Record<string, string>} */ (asSeen(name) === asSeen(one.name) ? {} : { name: t("clients.erase_other") }),
  });
  if (erased) return html`<${Erased} what=${erased} />`;
  const close = form.busy ? undefined : onClose; // what was erased is yet to be told
  const footer = html`<${Button} disabled=${form.busy} onClick=${close}>${t("kit.cancel")}<//>
    <${Button} kind="danger" type="submit" form=${id} busy=${form.busy}>${t("clients.erase_now")}<//>`;
  return html`<${Dialog} title=${t("clients.erase")} onClose=${close} footer=${footer}>
    <${Notice} tone="warn">${t("clients.erase_means")}<//>
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <form id=${id} class="form" novalidate onSubmit=${form.submit}>
      <p><bdi>${one.name}</bdi></p>
      <${TextField} ...${form.field("name")} label=${t("clients.erase_type")} required autocomplete="off" /></form><//>`;
}

/** How much there was, and what somebody has to look at. @param {{what: any}} props */
function Erased({ what }) {
  const leave = () => go("/clients");
  const counts = ["calls", "communications", "sessions", "callbacks", "drafts", "files", "recordings"];
  return html`<${Dialog} title=${t("clients.erased")} onClose=${leave} footer=${html`<${Button} kind="primary" onClick=${leave}>${t("kit.close")}<//>`}>
    <${Facts} items=${[[t("clients.erased_cases"), what.emptied_cases.length], ...counts.map((name) => [t(`clients.erased_${name}`), what[name]])]} />
    ${what.kept_cases.length > 0 && html`<${Notice} tone="warn">${t("clients.erased_kept")} ${what.kept_cases.map((/** @type {number} */ number) => html` <a key=${number} href=${href(`/cases/${number}`)}>${number}</a>`)}<//>`}
    ${what.recorded_calls.length > 0 && html`<${Notice} tone="warn">${t("clients.erased_recorded")} <span class="mono">${what.recorded_calls.join(", ")}</span><//>`}<//>`;
}
