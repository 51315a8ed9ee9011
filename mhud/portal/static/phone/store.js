/** The phone of this page: see types.js for what each word means. */
import { effect } from "../vendor/kit.js";
import { get, post } from "../app/api.js";
import { check, checkup } from "./checkup.js";
import { expect } from "./expected.js";
import { call, doing, kind, muted, online, phase, problem, state } from "./facts.js";
import * as line from "./line.js";
import * as microphone from "./microphone.js";
import { isOfMicrophone, whatIsWrong, whyNotBack } from "./problems.js";
import * as sound from "./sound.js";

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
    if (phase.peek() !== "starting") return; // the line has said why, such as a newer tab
    phase.value = "refused";
    problem.value = whatIsWrong(error);
  }
}

/** The call that the page lost when it was loaded again. */
async function comeBack() {
  const token = crypto.randomUUID().replaceAll("-", "");
  const forget = expect(Promise.resolve(token));
  await post("/api/v1/phone/rejoin", { token }).catch((error) => {
    forget();
    problem.value = whyNotBack(error);
  });
}

async function stop() {
  line.close();
  microphone.close();
  phase.value = "off";
}

/** Who can't be heard, or can't be reached, gets no further call. */
effect(() => {
  if (phase.value !== "on" || doing.value || !(isOfMicrophone() || problem.value === "phone.no_line")) return;
  line.close();
  phase.value = "refused";
});

/** @param {string} id */
async function useMicrophone(id) {
  try {
    await line.speakInto(await microphone.open(id));
    if (isOfMicrophone()) problem.value = null;
  } catch (error) {
    problem.value = whatIsWrong(error);
  }
}

const another = () => void (phase.value === "on" && !microphone.works() && useMicrophone(""));
microphone.onLost(another);
navigator.mediaDevices?.addEventListener("devicechange", async () => {
  await microphone.list();
  if (phase.value === "refused" && isOfMicrophone()) await start(); // a headset was plugged in
  another();
});

/** @param {string} id */
async function useSpeaker(id) {
  await sound.useSpeaker(id).catch(() => (problem.value = "phone.speaker_gone"));
}

/** @type {import("./types.js").Phone} */
export const phone = {
  state, call, kind, online, muted, problem, checkup, expect,
  level: microphone.level,
  microphones: microphone.microphones,
  speakers: microphone.speakers,
  microphone: microphone.chosen,
  speaker: sound.chosen,
  start, stop, check, useMicrophone, useSpeaker,
  answer: () => void line.answer(),
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
