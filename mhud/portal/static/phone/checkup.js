/** Before the first call: does the microphone hear, does the network carry? A call to Asterisk's echo. */
import { signal } from "../vendor/kit.js";
import { doing, state } from "./facts.js";
import * as line from "./line.js";
import * as microphone from "./microphone.js";

/** @typedef {import("./types.js").Checkup} Checkup */

const ECHO = "phone-check";
const SET_UP_MS = 6000;
const LISTEN_MS = 3000;
const LOOK_MS = 100;
const SLOW_MS = 300;
const BAD_PERCENT = 3;
const SILENT = 0.004; // of full scale: even a quiet room is louder, a muted headset is not

const UNKNOWN = { microphone: null, network: null, round_trip_ms: null, lost_percent: null };
/** @type {import("../vendor/kit.js").Signal<Checkup>} */
export const checkup = signal(UNKNOWN);

/** Only while the phone is idle; else nothing happens. */
export async function check() {
  if (state.value !== "idle") return;
  checkup.value = UNKNOWN;
  await line.test(ECHO);
  if (doing.value !== "testing") return; // the phone says why
  const connected = await until(line.isTalking, SET_UP_MS);
  const loudest = connected ? await listen() : microphone.loudness();
  const found = connected ? await measure() : { network: /** @type {const} */ ("lost") };
  checkup.value = { ...UNKNOWN, ...found, microphone: loudest > SILENT ? "ok" : "silent" };
  if (doing.value === "testing") line.hangup();
}

async function listen() {
  let loudest = 0;
  await until(() => {
    loudest = Math.max(loudest, microphone.loudness());
    return doing.value !== "testing";
  }, LISTEN_MS);
  return loudest;
}

/** @returns {Promise<Partial<Checkup>>} */
async function measure() {
  let [came, lost, seconds] = [0, 0, 0];
  (await line.connection()?.getStats())?.forEach((/** @type {any} */ one) => {
    if (one.type === "inbound-rtp") [came, lost] = [one.packetsReceived ?? 0, one.packetsLost ?? 0];
    if (one.type === "candidate-pair" && one.nominated) seconds = one.currentRoundTripTime ?? 0;
  });
  if (!came) return { network: "lost" };
  const lost_percent = Math.round((1000 * Math.max(0, lost)) / (came + lost)) / 10;
  const round_trip_ms = Math.round(seconds * 1000);
  const network = lost_percent > BAD_PERCENT ? "bad" : round_trip_ms > SLOW_MS ? "slow" : "ok";
  return { network, round_trip_ms, lost_percent };
}

/** @param {() => boolean} holds @param {number} limit ms @returns {Promise<boolean>} */
function until(holds, limit) {
  const began = performance.now();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const held = holds();
      if (!held && performance.now() - began < limit) return;
      clearInterval(timer);
      resolve(held);
    }, LOOK_MS);
  });
}
