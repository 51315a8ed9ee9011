/** Hearing a call: alone, heard by the agent, or heard by both. */
import { Badge, Button, Text, html, useAction, useEffect } from "../../kit/index.js";
import { get } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { agents, calls } from "../../app/live.js";
import { may } from "../../app/rights.js";
import { me } from "../../app/session.js";
import { phone } from "../../phone/store.js";
import { ask, hear } from "./plainly.js";

const MODES = /** @type {const} */ (["listen", "whisper", "barge"]);
const LOOK_MS = 2000;
const ICONS = { listen: "ear", whisper: "mic", barge: "people" };

/** @typedef {import("./rows.js").Call} Call */

/** The calls by which somebody hears this one. @param {string} callId */
const hearersOf = (callId) => calls.list.filter((call) => call.monitors === callId);

/** That somebody hears, and how, has no event of its own. @param {string} id of his line @param {Partial<Call>} news */
function know(id, news) {
  const line = calls.peek(id);
  if (line) calls.set({ ...line, ...news });
}

/** As long as a phone rings: has it been answered? @param {Call | undefined} line */
function useAnswered(line) {
  const rings = line && line.status !== "in-progress" ? line.id : null;
  useEffect(() => {
    if (!rings) return undefined;
    const timer = setInterval(() => void look(rings), LOOK_MS);
    return () => clearInterval(timer);
  }, [rings]);
}

/** @param {string} id */
async function look(id) {
  try {
    const { status } = await get(`/api/v1/calls/${encodeURIComponent(id)}`, {}, { anonymous: true });
    if (status === "in-progress") know(id, { status });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // then the next time
  }
}

/** @param {{call: Call}} props one in which an agent talks */
export function Monitor({ call }) {
  const mine = hearersOf(call.id).find((one) => one.agent_id === me.value?.agent_id);
  useAnswered(mine);
  const hearing = useAction(async (/** @type {typeof MODES[number]} */ mode) => {
    const answer = hear(call.id, mode);
    phone.expect(answer.then((begun) => begun.monitor_call_id));
    const begun = await answer;
    know(begun.monitor_call_id, { monitor_mode: mode, status: begun.status });
  });
  const stop = useAction(async () => mine && ask(mine.id, "end"));
  if (!may("monitor_calls")) return null;
  if (!me.value?.agent_id) return html`<p class="quiet small">${t("supervisor.no_phone")}</p>`;
  return html`<div class="stack"><div class="supervisor-hear" role="group" aria-label=${t("supervisor.hear")}>
      ${MODES.map((mode) => html`<${Button} key=${mode} icon=${ICONS[mode]} pressed=${mine?.monitor_mode === mode} busy=${hearing.busy} title=${t(`supervisor.${mode}_hint`)}
        onClick=${() => mine?.monitor_mode !== mode && void hearing.run(mode)}>${t(`supervisor.${mode}`)}<//>`)}
      ${mine && html`<${Button} icon="close" busy=${stop.busy} onClick=${() => void stop.run()}>${t("supervisor.stop")}<//>`}</div>
    <p class="small quiet" role="status">${mine ? t(mine.status === "in-progress" ? `supervisor.${mine.monitor_mode}_hint` : "supervisor.phone_rings") : t("supervisor.hear_hint")}</p></div>`;
}

/** It is no secret who hears. @param {{callId: string}} props */
export function Hearers({ callId }) {
  const others = hearersOf(callId).filter((one) => one.agent_id !== me.value?.agent_id);
  return others.map((one) => html`<${Badge} key=${one.id} tone="info" plain><${Text}>${t("supervisor.hears", { name: agents.get(one.agent_id)?.name ?? "" })}<//><//>`);
}
