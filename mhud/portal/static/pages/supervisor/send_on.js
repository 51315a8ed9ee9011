/** A caller to another place: who waits to an end of a queue or to an agent, who talks to a queue or an agent. */
import { Button, RadioField, SelectField, html, useAction, useState } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { agents, queues } from "../../app/live.js";
import { byName } from "../board/facts.js";
import { ask } from "./plainly.js";

const MOST_AGENTS = 100; // more can't be chosen from a list anyway; there is the queue

/** @typedef {import("./rows.js").Call} Call */

/** @param {{call: Call}} props */
export function Move({ call }) {
  const [to, setTo] = useState(call.queue_id ?? "");
  const [position, setPosition] = useState("front");
  const move = useAction(() => ask(call.id, "move", { queue: to, position }), { done: t("supervisor.moved") });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (to) void move.run();
  };
  return html`<form class="supervisor-move" onSubmit=${submit}>
    <${SelectField} label=${t("supervisor.move_to")} value=${to} options=${queueOptions()} onInput=${setTo} />
    <${RadioField} label=${t("supervisor.position")} value=${position} onInput=${setPosition}
      options=${["front", "back"].map((value) => ({ value, label: t(`supervisor.${value}`) }))} />
    <${Button} type="submit" icon="transfer" busy=${move.busy}>${t("supervisor.move")}<//></form>`;
}

/** @param {{call: Call}} props */
export function SendOn({ call }) {
  const [to, setTo] = useState("");
  const send = useAction(async () => {
    const [kind, id] = [to.slice(0, to.indexOf("/")), to.slice(to.indexOf("/") + 1)];
    await ask(call.id, "transfer", { type: "blind", target: { [kind]: id } });
    setTo("");
  }, { done: t("supervisor.sent") });
  const free = agents.list.filter((agent) => agent.status === "available" && agent.id !== call.agent_id).sort(byName).slice(0, MOST_AGENTS);
  const lines = call.status === "queued" ? [] : queueOptions(); // who waits is moved there, and keeps his wait
  const options = [
    ...lines.map((one) => ({ value: `queue/${one.value}`, label: t("supervisor.to_queue", { name: one.label }) })),
    ...free.map((agent) => ({ value: `agent/${agent.id}`, label: t("supervisor.to_agent", { name: agent.name }) })),
  ];
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (to) void send.run();
  };
  if (!options.length) return html`<p class="supervisor-move quiet">${t("supervisor.nobody_free")}</p>`;
  return html`<form class="supervisor-move" onSubmit=${submit}>
    <${SelectField} label=${t("supervisor.send_to")} value=${to} empty=${t("supervisor.choose_target")} options=${options} onInput=${setTo} />
    <${Button} type="submit" icon="transfer" disabled=${!to} busy=${send.busy}>${t("supervisor.send")}<//></form>`;
}

const queueOptions = () => queues.list.sort(byName).map((queue) => ({ value: queue.id, label: queue.name }));
