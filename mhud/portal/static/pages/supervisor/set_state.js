import { Button, SelectField, html, useAction, useLoad, useState } from "../../kit/index.js";
import { wordOf } from "../../kit/status.js";
import { get, post, put } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { agents } from "../../app/live.js";

/** Available, offline, or a break for one of its reasons. @param {{agent: import("./rows.js").Agent}} props */
export function SetState({ agent }) {
  const [wish, setWish] = useState("");
  const path = `/api/v1/agents/${encodeURIComponent(agent.id)}`;
  const forms = useLoad((signal) => get("/api/v1/forms", {}, { signal }), []);
  const apply = useAction(async () => {
    const [status, reason] = wish.split("/");
    const set = await put(`${path}/status`, { status, ...(reason ? { reason_code: reason } : {}) });
    const now = agents.peek(agent.id);
    if (now) agents.set({ ...now, pending_status: set.pending_status }); // what will be has no event
    setWish("");
  }, { done: t("supervisor.state_set") });
  const endWrapUp = useAction(() => post(`${path}/wrap-up/end`));
  const breaks = (forms.data?.break_reasons ?? ["break"]).map((/** @type {string} */ one) =>
    ({ value: `on-break/${one}`, label: `${wordOf("agent", "on-break")}: ${wordOf("reason", one)}` }));
  const options = [{ value: "available", label: wordOf("agent", "available") }, ...breaks, { value: "offline", label: wordOf("agent", "offline") }];
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (wish) void apply.run();
  };
  return html`<form class="supervisor-state" onSubmit=${submit}>
    <${SelectField} label=${t("supervisor.set_state")} value=${wish} empty=${t("supervisor.choose_state")} options=${options} onInput=${setWish}
      hint=${agent.status === "on-call" ? t("supervisor.after_call") : undefined} />
    <${Button} type="submit" disabled=${!wish} busy=${apply.busy}>${t("supervisor.set")}<//>
    ${agent.status === "wrap-up" && html`<${Button} busy=${endWrapUp.busy} onClick=${() => void endWrapUp.run()}>${t("supervisor.end_wrap_up")}<//>`}</form>`;
}
