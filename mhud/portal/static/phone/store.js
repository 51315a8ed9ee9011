/** The phone of this page: see types.js for what each word means. */
import { get, post } from "../app/api.js";
import { ApiError } from "../app/errors.js";
import { check, checkup } from "./checkup.js";
import { expect } from "./expected.js";
import { call, doing, kind, muted, online, phase, problem, state } from "./facts.js";
import * as line from "./line.js";
import * as microphone from "./microphone.js";
import { useSpeaker } from "./sound.js";

/** @type {Promise<void> | null} */
let starting = null;

function start() {
  if (phase.value === "on") return Promise.resolve();
  starting ??= begin().finally(() => (starting = null));
  return starting;
}

async function begin() {
  phase.value = "starting";
  problem.value = null;
  try {
    const mine = await get("/api/v1/phone");
    kind.value = mine.kind;
    if (mine.kind === "desk") {
      phase.value = "off";
      return;
    }
    if (!microphone.works()) await microphone.open();
    await line.open(await post("/api/v1/phone"));
    phase.value = "on";
    if (mine.call_id) void comeBack();
  } catch (error) {
    line.close();
    phase.value = "refused";
    problem.value = whatIsWrong(error);
  }
}

/** The call that the page lost when it was loaded again. */
async function comeBack() {
  const token = crypto.randomUUID().replaceAll("-", "");
  expect(Promise.resolve(token));
  await post("/api/v1/phone/rejoin", { token }).catch((error) => (problem.value = whyNotBack(error)));
}

/** What has become of the caller. @param {unknown} error */
function whyNotBack(error) {
  const why = error instanceof ApiError && error.status === 409 ? error.details?.reason : "";
  if (why === "no-call" || why === "over") return "phone.not_back_over";
  return why === "consulting" ? "phone.not_back_consulting" : "phone.not_back";
}

/** @param {unknown} error */
function whatIsWrong(error) {
  if (error instanceof DOMException)
    return error.name === "NotFoundError" ? "phone.microphone_none" : "phone.microphone_refused";
  if (error instanceof TypeError) return "phone.insecure"; // no mediaDevices: the page came by http
  if (error instanceof ApiError && error.details?.reason === "no-phone") return "phone.none";
  return "phone.no_line";
}

async function stop() {
  line.close();
  microphone.close();
  phase.value = "off";
}

/** @param {string} id */
async function useMicrophone(id) {
  try {
    await line.speakInto(await microphone.open(id));
    problem.value = null;
  } catch (error) {
    problem.value = whatIsWrong(error);
  }
}

navigator.mediaDevices?.addEventListener("devicechange", async () => {
  if (phase.value !== "on") return;
  await microphone.list();
  if (!microphone.works()) await useMicrophone(""); // the headset was pulled out
});

/** @type {import("./types.js").Phone} */
export const phone = {
  state, call, kind, online, muted, problem, checkup,
  level: microphone.level,
  microphones: microphone.microphones,
  speakers: microphone.speakers,
  start, stop, expect, check, useMicrophone, useSpeaker,
  answer: line.answer,
  hangup: () => void line.hangup(),
  hold: (held) => void line.hold(held),
  mute: line.mute,
  dtmf: (keys) => void line.dtmf(keys),
  meter: microphone.meter,
  forget() {
    if (doing.value === "dead") doing.value = null;
    problem.value = null;
  },
};
