/** Whom to call back: mine, nobody's, and who called in vain. */
import { Badge, Button, Empty, Loaded, Menu, RadioField, Status, Table, Text, When, confirm, html, useAction, useLoad, useState } from "../../kit/index.js";
import { get, post, put, request } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { now } from "../../app/clock.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { me } from "../../app/session.js";
import { agent, callId, changed, queueName, turn } from "./desk.js";
import { callTo } from "./dial.js";
import { PutOff } from "./put_off.js";

const MOST = 50;
/** @typedef {"mine" | "nobodys" | "missed"} Which */

export function Callbacks() {
  const [which, setWhich] = useState(/** @type {Which} */ ("mine"));
  const options = /** @type {const} */ (["mine", "nobodys", "missed"]).map((value) => ({ value, label: t(`panel.callbacks_${value}`) }));
  return html`<div class="stack"><${RadioField} label=${t("panel.callbacks_which")} hideLabel value=${which} options=${options} onInput=${setWhich} />
    ${which === "missed" ? html`<${Missed} />` : html`<${Listed} which=${which} />`}</div>`;
}

/** @param {{which: Which}} props */
function Listed({ which }) {
  const query = which === "mine" ? { assigned_user_id: me.value?.id } : { unassigned: true };
  const found = useLoad((signal) => get("/api/v1/callbacks", { ...query, limit: MOST }, { signal }), [which, turn.value]);
  const columns = [
    { key: "phone", label: t("panel.whom_and_why"), render: (/** @type {any} */ row) => html`<${Wish} row=${row} />` },
    { key: "due_at", label: t("panel.due"), hideNarrow: true, render: (/** @type {any} */ row) => html`<${Due} at=${row.due_at} />` },
    { key: "act", label: t("panel.actions"), render: (/** @type {any} */ row) => html`<${Acts} row=${row} />` },
  ];
  const none = html`<${Empty} icon="call" title=${t(`panel.no_callbacks_${which}`)} />`;
  return html`<${Loaded} of=${found} isEmpty=${(/** @type {any} */ data) => !data.callbacks.length} empty=${none}>${(/** @type {any} */ data) =>
    html`<${Table} caption=${t(`panel.callbacks_${which}`)} columns=${columns} rows=${data.callbacks} />`}<//>`;
}

/** @param {{row: any}} props */
function Wish({ row }) {
  return html`${row.phone ? html`<bdi class="nowrap">${row.phone}</bdi>` : t("panel.number_after_taking")}
    <div class="small"><${Text}>${row.reason ?? row.notes ?? ""}<//></div>
    <${Status} kind="priority" word=${row.priority} plain /> <span class="only-narrow small"><${Due} at=${row.due_at} /></span>`;
}

/** @param {{at: string}} props */
function Due({ at }) {
  const isLate = Date.parse(at) < now.value;
  return html`<${When} at=${at} />${isLate && html` <${Badge} tone="warn">${t("panel.is_due")}<//>`}`;
}

/** Changes what is seen, and nothing else: who was faster is told. @param {any} row @param {any} change */
export function change(row, change) {
  const path = `/api/v1/callbacks/${encodeURIComponent(row.id)}`;
  return unlessTaken(async () => {
    const seen = await request("GET", path);
    if (seen.body.updated_at !== row.updated_at) throw new ApiError({ status: 412, code: "precondition_failed", message: "" });
    await request("PUT", path, { body: change, ifMatch: seen.etag });
  });
}

/** The list is read again in any case. @param {() => Promise<unknown>} act */
async function unlessTaken(act) {
  try {
    await act();
  } catch (error) {
    const isGone = error instanceof ApiError && [404, 409, 412].includes(error.status); // another's is not seen
    throw isGone ? new ApiError({ status: 409, code: "conflict", message: t("panel.callback_changed") }) : error;
  } finally {
    changed();
  }
}

/** @param {{row: any}} props */
function Acts({ row }) {
  const [isPuttingOff, setPuttingOff] = useState(false);
  const act = useAction((/** @type {any} */ wish) => change(row, wish));
  const call = useAction(() => callTo(row.phone, { callback_id: row.id, case_id: row.case_id, client_id: row.client_id }));
  if (row.assigned_user_id !== me.value?.id) {
    return html`<${Button} busy=${act.busy} onClick=${() => void act.run({ assigned_user_id: me.value?.id })}>${t("panel.take")}<//>`;
  }
  const cancel = async () => {
    if (await confirm({ title: t("panel.cancel_callback"), action: t("panel.cancel_it"), danger: true })) void act.run({ status: "cancelled" });
  };
  const canCall = agent.value && may("make_calls") && row.phone;
  return html`<span class="actions nowrap">${canCall && html`<${Button} icon="call" busy=${call.busy} disabled=${!!callId.value} onClick=${() => void call.run()}>${t("panel.call")}<//>`}
    <${Menu} label=${t("panel.more")} kind="quiet" items=${[
      { label: t("panel.mark_done"), icon: "check", onClick: () => void act.run({ status: "done" }) },
      { label: t("panel.put_off"), icon: "clock", onClick: () => setPuttingOff(true) },
      { label: t("panel.give_back"), icon: "back", onClick: () => void act.run({ assigned_user_id: null }) },
      { label: t("panel.cancel_it"), icon: "close", danger: true, onClick: () => void cancel() },
    ]} /></span>${isPuttingOff && html`<${PutOff} row=${row} onClose=${() => setPuttingOff(false)} />`}`;
}

/** @param {import("../../app/api.js").Options} [options] */
const readMissed = (options) => get("/api/v1/callbacks/missed", { untaken: true, limit: MOST }, options);

/** Nobody is called twice: whoever was faster has him. @param {{call_id: string, queue_id: string | null}} row */
async function takeMissed({ call_id, queue_id }) {
  const found = (await readMissed()).callers.find((/** @type {any} */ one) => one.call_id === call_id);
  if (!found) throw new ApiError({ status: 409, code: "conflict", message: "" });
  const mine = { assigned_user_id: me.value?.id };
  if (found.callback_id) await put(`/api/v1/callbacks/${encodeURIComponent(found.callback_id)}`, mine); // nobody has it yet
  else await post("/api/v1/callbacks", { call_id, queue_id, ...mine });
}

function Missed() {
  const found = useLoad((signal) => readMissed({ signal }), [turn.value]);
  const take = useAction((/** @type {any} */ row) => unlessTaken(() => takeMissed(row)), { done: t("panel.taken") });
  const columns = [
    { key: "last_at", label: t("panel.called_last"), render: (/** @type {any} */ row) => html`<${When} at=${row.last_at} />${row.asked && html` <${Badge} tone="info">${t("panel.asked_for_call")}<//>`}` },
    { key: "calls", label: t("panel.calls_in_vain"), align: /** @type {const} */ ("end") },
    { key: "queue", label: t("panel.queue"), hideNarrow: true, render: (/** @type {any} */ row) => html`<bdi>${queueName(row.queue_id) ?? "–"}</bdi>` },
    { key: "act", label: t("panel.actions"), render: (/** @type {any} */ row) => html`<${Button} busy=${take.busy} onClick=${() => void take.run(row)}>${t("panel.take")}<//>` },
  ];
  const none = html`<${Empty} icon="check" title=${t("panel.no_callbacks_missed")} />`;
  return html`<p class="quiet small">${t("panel.think_before_you_dial")}</p>
    <${Loaded} of=${found} isEmpty=${(/** @type {any} */ data) => !data.callers.length} empty=${none}>${(/** @type {any} */ data) =>
      html`<${Table} caption=${t("panel.callbacks_missed")} columns=${columns} rows=${data.callers} rowKey=${(/** @type {any} */ row) => row.call_id} />`}<//>`;
}
