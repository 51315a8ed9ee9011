/** An agent's desk: his status and phone, the call in hand, and what he writes about it. */
import { Button, ButtonLink, Empty, Notice, PageHead, Tabs, html, useEffect, useLoad, useState } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { isReady, status } from "../../app/live.js";
import { may } from "../../app/rights.js";
import { href, setQuery } from "../../app/router.js";
import { me } from "../../app/session.js";
import { phone } from "../../phone/store.js";
import { CallCard } from "./call_card.js";
import { Callbacks } from "./callbacks.js";
import { Candidates } from "./candidates.js";
import { agent, turn } from "./desk.js";
import { DialButton } from "./dial.js";
import { ThisCall } from "./form.js";
import { current, readPending } from "./forms.js";
import { Help } from "./help.js";
import { install, wasAgent } from "./install.js";
import { MyCases } from "./my_cases.js";
import { PhoneCard } from "./phone_card.js";
import { Presence } from "./presence.js";
import { showKeys } from "./shortcuts.js";
import { ToWrite } from "./to_write.js";

/** @param {{query: Record<string, string>}} props */
export default function Desk({ query }) {
  useEffect(() => void begin(), []);
  if (!me.value?.agent_id) {
    return html`<${PageHead} title=${t("panel.title")} />${wasAgent() ? html`<${NoAgentAnyMore} />` : html`<${NoAgent} />`}`;
  }
  return html`<${PageHead} title=${t("panel.title")} live actions=${html`<div class="desk-actions"><${Presence} /><${Help} /><${DialButton} />
      <${Button} kind="quiet" class="desk-keys" icon="keyboard" label=${t("panel.keys")} onClick=${showKeys} /></div>`} />
    <div class="desk">
      <div class="desk-side stack">
        ${!agent.value && isReady.value && status.value === "live" && html`<${Empty} icon="panel" title=${t("panel.not_logged_in")} />`}
        <${CallCard} /><${PhoneCard} />
        ${current.value?.phase.value === "ready" && html`<${Candidates} key=${current.value.callId} form=${current.value} />`}
      </div>
      <div class="desk-main panel"><${Work} tab=${query.tab} /></div></div>`;
}

/** The desk has the phone, whichever other tab has it. */
async function begin() {
  await install();
  if (me.peek()?.agent_id && phone.state.value === "off") await phone.start();
}

/** @param {{tab?: string}} props */
function Work({ tab }) {
  const writes = may("log_communication");
  const pending = useLoad(() => (writes ? readPending() : Promise.resolve([])), [turn.value, agent.value?.current_call_id, agent.value?.status]);
  const [chosen, setChosen] = useState(tab ?? "call");
  const choose = (/** @type {string} */ id) => {
    setChosen(id);
    setQuery({ tab: id });
  };
  useEffect(() => setChosen(tab ?? "call"), [tab]);
  useEffect(() => {
    if (current.value && agent.value?.current_call_id) choose("call"); // a call came: its form is shown
  }, [current.value]);
  const tabs = [
    writes && { id: "call", label: t("panel.this_call"), panel: () => html`<${ThisCall} />` },
    writes && { id: "write", label: t("panel.to_write"), count: pending.data?.length, panel: () => html`<${ToWrite} pending=${pending} onWrite=${() => choose("call")} />` },
    writes && { id: "callbacks", label: t("panel.callbacks"), panel: () => html`<${Callbacks} />` },
    { id: "cases", label: t("panel.my_cases"), panel: () => html`<${MyCases} />` },
  ].filter((one) => !!one);
  return html`<${Tabs} label=${t("panel.my_work")} tabs=${tabs} selected=${chosen} onSelect=${choose} />`;
}

/** Taken away in the middle of a shift: what he has written can still be saved. */
function NoAgentAnyMore() {
  return html`<${Notice} tone="warn">${t("panel.no_agent_any_more")}<//><div class="desk-main panel"><${Work} /></div>`;
}

function NoAgent() {
  return html`<${Empty} icon="panel" title=${t("panel.no_agent")}><p>${t("panel.no_agent_hint")}</p>
    <${ButtonLink} href=${href("/account")}>${t("nav.account")}<//><//>`;
}
