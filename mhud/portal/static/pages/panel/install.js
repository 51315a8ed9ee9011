/** What an agent has on every page: his status and call in the bar, his forms, phone and keys. */
import { get } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { loadMessages } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { go, place } from "../../app/router.js";
import { me } from "../../app/session.js";
import { addToBar } from "../../app/slots.js";
import { phone } from "../../phone/store.js";
import { DeskBar } from "./bar.js";
import { watchConsultations } from "./consultation.js";
import { agent, call, callId } from "./desk.js";
import { asked } from "./dial.js";
import { current, startForms } from "./forms.js";
import { guardCall } from "./leaving.js";
import { watchOutgoing } from "./outgoing.js";
import { startKeys, useKeys } from "./shortcuts.js";
import { askForHelp, end, endWrapUp, extendWrapUp, hold, isHeld, isOnPhone } from "./steering.js";
import { quietly } from "./quietly.js";
import { isTransferOpen } from "./transfer.js";

let isInstalled = false;

/** Somebody who had a phone when the page was loaded. */
export const wasAgent = () => isInstalled;

/** Once for each page that is loaded. */
export async function install() {
  if (isInstalled || !me.peek()?.agent_id) return;
  isInstalled = true;
  await loadMessages(["panel", "phone"]);
  startForms();
  guardCall();
  watchConsultations();
  watchOutgoing();
  startKeys();
  useKeys([
    { key: "A", name: "panel.answer", act: () => phone.answer(), phone: true },
    { key: "H", name: "panel.hold", act: () => (callId.value || isOnPhone()) && quietly(() => hold(String(callId.value), !isHeld())) },
    { key: "M", name: "panel.mute", act: () => isOnPhone() && phone.mute(!phone.muted.value), phone: true },
    { key: "T", name: "panel.transfer", act: openTransfer },
    { key: "X", name: "panel.end", act: () => (callId.value || isOnPhone()) && quietly(() => end(callId.value)) },
    { key: "N", name: "panel.to_notes", act: toNotes },
    { key: "S", name: "panel.save", act: save },
    { key: "E", name: "panel.one_more_minute", act: () => agent.value?.status === "wrap-up" && quietly(() => extendWrapUp(60)) },
    { key: "R", name: "panel.ready", act: () => agent.value?.status === "wrap-up" && quietly(endWrapUp) },
    { key: "C", name: "panel.call_a_number", act: () => !callId.value && may("make_calls") && (asked.value = "") },
    { key: "J", name: "panel.ask_for_help", act: () => !agent.value?.help && quietly(askForHelp) },
  ]);
  addToBar(DeskBar);
  await startPhone();
}

/** A page that is opened beside the desk does not take the phone from it; the desk itself does. */
async function startPhone() {
  try {
    const mine = await get("/api/v1/phone");
    if (mine.kind === "desk" || !mine.signed_in || place.value.path === "/panel") await phone.start();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // the desk shows a phone that is off, and its button
  }
}

function openTransfer() {
  if (!call.value?.answer_time || call.value.consultation) return;
  go("/panel");
  isTransferOpen.value = true;
}

function toNotes() {
  if (!current.value) return;
  go("/panel", { tab: "call" });
  soon("[data-notes]", (found) => found.focus());
}

const save = () => soon("[data-save]", (found) => found.click());

/** What is drawn in a moment. @param {string} what @param {(found: HTMLElement) => void} act */
function soon(what, act, tries = 20) {
  const found = document.querySelector(what);
  if (found instanceof HTMLElement) act(found);
  else if (tries) requestAnimationFrame(() => soon(what, act, tries - 1));
}
