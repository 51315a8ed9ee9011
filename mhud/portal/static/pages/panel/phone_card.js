/** The phone in this page: on, off, what is wrong with it, its devices, and its test. */
import { Badge, Button, Notice, Panel, SelectField, html, useAction, useEffect, useState } from "../../kit/index.js";
import { formatNumber } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { phone } from "../../phone/store.js";

/** @type {Record<string, "good" | "warn" | "bad" | "neutral" | "info">} */
const TONES = { idle: "good", ringing: "info", talking: "info", held: "warn", testing: "info", starting: "neutral", offline: "warn", dead: "bad", refused: "bad", "other-tab": "warn", off: "neutral" };

export function PhoneCard() {
  const [isOpen, setOpen] = useState(false);
  const state = phone.state.value;
  if (phone.kind.value === "desk") {
    return html`<${Panel} class="phone-card"><p class="row"><${Badge}>${t("panel.desk_phone")}<//><span class="quiet small">${t("panel.desk_phone_hint")}</span></p><//>`;
  }
  const start = () => void phone.start();
  return html`<${Panel} class="phone-card"><div class="stack">
    <div class="row phone-row"><${Badge} tone=${TONES[state]}>${t(`panel.phone_${state}`)}<//>
      ${state === "dead" && html`<${Button} onClick=${() => phone.forget()}>${t("panel.phone_forget")}<//>`}
      ${(state === "off" || state === "refused") && html`<${Button} kind="primary" icon="panel" onClick=${start}>${t("panel.phone_start")}<//>`}
      ${state === "other-tab" && html`<${Button} onClick=${start}>${t("panel.phone_here")}<//>`}
      ${phone.microphones.value.length > 0 && html`<${Button} kind="quiet" icon="settings" pressed=${isOpen} label=${t("panel.devices")} onClick=${() => setOpen(!isOpen)} />`}</div>
    ${phone.problem.value && html`<${Notice} tone="bad" actions=${state === "idle" && html`
      <${Button} kind="quiet" icon="close" label=${t("kit.close")} onClick=${() => phone.forget()} />`}>${t(phone.problem.value)}<//>`}
    ${isOpen && html`<${Devices} />`}</div><//>`;
}

function Devices() {
  const check = useAction(() => phone.check());
  const [, show] = useState({}); // what was asked for and can't be had is not shown as chosen
  const use = (/** @type {Promise<void>} */ asked) => void asked.then(() => show({}));
  useEffect(() => {
    phone.meter(true);
    return () => phone.meter(false);
  }, []);
  const of = (/** @type {import("../../phone/types.js").Device[]} */ all) => all.map(({ id, label }) => ({ value: id, label: label || t("panel.device_unnamed") }));
  const level = Math.round(phone.level.value * 100);
  return html`<div class="form">
    <${SelectField} label=${t("panel.microphone")} value=${phone.microphone.value} options=${of(phone.microphones.value)}
      onInput=${(/** @type {string} */ id) => use(phone.useMicrophone(id))} />
    <div class="level"><span class="small quiet" id="level-name">${t("panel.level")}</span>
      <meter aria-labelledby="level-name" min="0" max="100" value=${level}></meter></div>
    ${phone.speakers.value.length > 0 && html`<${SelectField} label=${t("panel.speaker")} value=${phone.speaker.value} options=${of(phone.speakers.value)}
      onInput=${(/** @type {string} */ id) => use(phone.useSpeaker(id))} />`}
    <${Button} busy=${check.busy} disabled=${phone.state.value !== "idle"} onClick=${() => void check.run()}>${t("panel.check_phone")}<//>
    <${Found} /></div>`;
}

/** What the test found. */
function Found() {
  const { microphone, network, round_trip_ms, lost_percent } = phone.checkup.value;
  if (!microphone && !network) return html`<p class="quiet small">${t("panel.check_hint")}</p>`;
  return html`<ul class="stack small" role="status">
    ${microphone && html`<li><${Badge} tone=${microphone === "ok" ? "good" : "bad"}>${t(`panel.check_microphone_${microphone}`)}<//></li>`}
    ${network && html`<li><${Badge} tone=${network === "ok" ? "good" : "bad"}>${t(`panel.check_network_${network}`)}<//>
      <span class="quiet"> ${round_trip_ms !== null && t("panel.round_trip", { ms: formatNumber(Math.round(round_trip_ms)) })}
        ${lost_percent !== null && t("panel.lost", { percent: formatNumber(lost_percent, { maximumFractionDigits: 1 }) })}</span></li>`}</ul>`;
}
