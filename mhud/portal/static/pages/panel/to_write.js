/** Calls of mine that wait for their form. */
import { Badge, Button, Empty, Loaded, Table, Text, When, html, useAction, wordOf } from "../../kit/index.js";
import { formatDuration } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { queueName } from "./desk.js";
import { current, discard, write } from "./forms.js";

/** @param {{pending: import("../../kit/use_load.js").Load<any[]>, onWrite: () => void}} props */
export function ToWrite({ pending, onWrite }) {
  const throwing = useAction(discard);
  const open = (/** @type {any} */ row) => {
    write(row.call_id);
    onWrite();
  };
  const columns = [
    { key: "contact_address", label: t("panel.number"), render: (/** @type {any} */ row) => html`<${Text}>${row.contact_address ?? t("panel.number_withheld")}<//>${
      current.value?.callId === row.call_id ? html` <${Badge} tone="info">${t("panel.is_open")}<//>`
        : row.is_begun && html` <${Badge} tone="warn" shape="half">${t("panel.is_begun")}<//>`}` },
    { key: "queue", label: t("panel.queue"), hideNarrow: true, render: (/** @type {any} */ row) => html`<bdi>${queueName(row.queue_id) ?? wordOf("direction", row.direction)}</bdi>` },
    { key: "duration", label: t("panel.talked"), align: /** @type {const} */ ("end"), render: (/** @type {any} */ row) => formatDuration(row.duration) },
    { key: "created_at", label: t("panel.when"), render: (/** @type {any} */ row) => html`<${When} at=${row.created_at} />` },
    { key: "write", label: t("panel.actions"), render: (/** @type {any} */ row) => html`<span class="actions nowrap"><${Button} icon="edit" onClick=${() => open(row)}>${t("panel.write")}<//>
      ${row.is_begun && html`<${Button} kind="quiet" icon="trash" label=${t("panel.discard")} busy=${throwing.busy} onClick=${() => void throwing.run(row.call_id)} />`}</span>` },
  ];
  const none = html`<${Empty} icon="check" title=${t("panel.nothing_waits")} />`;
  return html`<${Loaded} of=${pending} empty=${none}>${(/** @type {any[]} */ rows) => html`<${Table} caption=${t("panel.to_write")} columns=${columns} rows=${rows} />`}<//>`;
}
