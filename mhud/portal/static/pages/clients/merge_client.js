import { post } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { go } from "../../app/router.js";
import { Button, Dialog, Empty, Loaded, Notice, RadioField, SearchField, html, useAction, useLoad, useState } from "../../kit/index.js";
import { ROOT, searchClients } from "./client_api.js";

/** Kept twice: this one goes into another. @param {import("./edit_client.js").Props} props */
export function MergeClient({ from, onChanged, onClose }) {
  const one = from.item;
  const [text, setText] = useState(one.phones[0] ?? one.name); // who is kept twice often has one number
  const [into, setInto] = useState("");
  const merge = useAction(() => post(`${ROOT}/${one.id}/merge`, { into }, { ifMatch: from.etag }), { done: t("clients.merged") });
  const run = async () => ((await merge.run()) ? go(`/clients/${into}`) : onChanged()); // perhaps somebody else was faster
  const search = (/** @type {string} */ other) => {
    setText(other);
    setInto(""); // nobody who is not seen any more
  };
  const footer = html`<${Button} onClick=${onClose}>${t("kit.cancel")}<//>
    <${Button} kind="danger" disabled=${!into} busy=${merge.busy} onClick=${run}>${t("clients.merge_now")}<//>`;
  return html`<${Dialog} title=${t("clients.merge")} onClose=${onClose} footer=${footer}>
    <${Notice} tone="warn">${t("clients.merge_means", { name: one.name })}<//>
    <${SearchField} label=${t("clients.merge_into")} value=${text} onInput=${search} />
    ${text.trim() && html`<${Others} key=${text.trim()} text=${text.trim()} but=${one.id} value=${into} onInput=${setInto} />`}<//>`;
}

/** @param {{text: string, but: string, value: string, onInput: (id: string) => void}} props */
function Others({ text, but, value, onInput }) {
  const found = useLoad((signal) => searchClients(text, null, signal), [text]);
  return html`<${Loaded} of=${found} rows=${2}>${(/** @type {{items: any[]}} */ { items }) => {
    const options = items.filter((one) => one.id !== but).map((one) => ({ value: one.id, label: [one.name, one.phone].filter(Boolean).join(" · ") }));
    if (!options.length) return html`<${Empty} icon="search" title=${t("clients.no_others")} />`;
    return html`<${RadioField} label=${t("clients.hits")} hideLabel value=${value} onInput=${onInput} options=${options} />`;
  }}<//>`;
}
