/** The microphone: asked for once, kept over calls, changed in the middle of one. */
import { signal } from "../vendor/kit.js";
import { sounds } from "./sound.js";

const LOOK_MS = 100;
const LOUD = 0.25; // of full scale: a voice close to the microphone

/** @typedef {import("./types.js").Device} Device */
/** @type {import("../vendor/kit.js").Signal<Device[]>} */
export const microphones = signal([]);
/** @type {import("../vendor/kit.js").Signal<Device[]>} */
export const speakers = signal([]);
/** @type {import("../vendor/kit.js").Signal<number>} */
export const level = signal(0);
/** The id of the one in use; "": none yet. @type {import("../vendor/kit.js").Signal<string>} */
export const chosen = signal("");

/** @type {MediaStream | null} */
let stream = null;
/** @type {ReturnType<typeof setInterval> | null} */
let looking = null;

let tellLost = () => {};

/** @param {() => void} tell when it was pulled out, or the browser may not use it any more */
export const onLost = (tell) => void (tellLost = tell);

/** The stream that calls send. @throws {DOMException} when the person or the browser refuses */
export async function open(id = "") {
  const found = await navigator.mediaDevices.getUserMedia({
    audio: id ? { deviceId: { exact: id } } : true,
  });
  stream?.getTracks().forEach((track) => track.stop());
  stream = found;
  chosen.value = id || (found.getAudioTracks()[0]?.getSettings().deviceId ?? "");
  for (const track of found.getAudioTracks()) track.addEventListener("ended", () => stream === found && tellLost());
  await list();
  return found;
}

/** The one that works: nobody is answered without a voice. @throws as `open` */
export const working = async () => (works() && stream) || open();

/** Is there one that works? */
export const works = () => stream?.getAudioTracks().some((track) => track.readyState === "live") ?? false;

/** After a call that it was kept silent in: the next one has the same tracks. */
export const unmute = () => stream?.getAudioTracks().forEach((track) => void (track.enabled = true));

export function close() {
  meter(false);
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

/** What can be chosen. */
export async function list() {
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (/** @type {MediaDeviceKind} */ kind) =>
    all.filter((one) => one.kind === kind && one.deviceId).map((one) => ({ id: one.deviceId, label: one.label }));
  microphones.value = of("audioinput");
  speakers.value = "setSinkId" in HTMLMediaElement.prototype ? of("audiooutput") : [];
}

/** While a page shows how loud it is. @param {boolean} on */
export function meter(on) {
  if (looking) clearInterval(looking);
  looking = null;
  level.value = 0;
  if (on) looking = setInterval(look, LOOK_MS);
}

/** @type {{of: MediaStream, ear: AnalyserNode} | null} */
let listening = null;

/** How loud it is now, 0 to 1. */
export function loudness() {
  if (!stream) return 0;
  if (listening?.of !== stream) {
    const ear = sounds().createAnalyser();
    sounds().createMediaStreamSource(stream).connect(ear);
    listening = { of: stream, ear };
  }
  const wave = new Float32Array(listening.ear.fftSize);
  listening.ear.getFloatTimeDomainData(wave);
  const power = wave.reduce((sum, one) => sum + one * one, 0) / wave.length;
  return Math.min(1, Math.sqrt(power) / LOUD);
}

const look = () => {
  level.value = loudness();
};
