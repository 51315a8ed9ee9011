import { ChecksField, Failed, Loading, html, useLoad } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";

/** Names of queues by id; of one that is not known, its id. @returns {(id: string) => string} */
export function useQueueNames() {
  const queues = useLoad((signal) => (may("view_queues") ? get("/api/v1/queues", {}, { signal }) : Promise.resolve({ queues: [] })), []);
  const names = new Map(queues.data?.queues.map((/** @type {{id: string, name: string}} */ one) => [one.id, one.name]));
  return (id) => names.get(id) ?? id;
}

/** Which queues an agent serves; one that is not there any more stays chosen until it is taken away.
 * @param {{value: string[], onInput: (queues: string[]) => void, error?: string, hint?: string}} props */
export function QueuesField({ value, onInput, error, hint }) {
  const queues = useLoad((signal) => get("/api/v1/queues", {}, { signal }), []);
  if (!queues.data && !queues.error) return html`<${Loading} rows=${2} />`;
  const known = /** @type {{id: string, name: string}[]} */ (queues.data?.queues ?? []);
  const options = known.map((queue) => ({ value: queue.id, label: queue.name }));
  const gone = value.filter((id) => !known.some((queue) => queue.id === id)).map((id) => ({ value: id, label: id }));
  return html`${!queues.data && html`<${Failed} error=${queues.error} again=${queues.again} compact />`}
    <${ChecksField} label=${t("admin.queues")} hint=${hint} value=${value} onInput=${onInput} error=${error} options=${[...options, ...gone]} />`;
}
