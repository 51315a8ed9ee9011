/** A tone while somebody waits for help, for who wishes to hear it. */
import { signal } from "../../vendor/kit.js";
import { recall, remember } from "../../app/memory.js";
import { sounds } from "../../phone/sound.js";

const EVERY_MS = 5000;
const HZ = [880, 660, 880];
const EACH_S = 0.18;
const VOLUME = 0.2;

/** Whether it is wished. */
export const sound = signal(recall("sound.help") === "on");

/** Heard once, so that one knows what it will be. @param {boolean} on */
export function setSound(on) {
  sound.value = on;
  remember("sound.help", on ? "on" : null);
  if (on) chime();
}

/** Now and again. Returns what ends it. */
export function soundUntil() {
  chime();
  const timer = setInterval(chime, EVERY_MS);
  return () => clearInterval(timer);
}

/** Browsers let a page sound only after somebody has used it. */
function chime() {
  if (!navigator.userActivation.hasBeenActive) return;
  const at = sounds().currentTime + 0.05;
  HZ.forEach((hz, n) => tone(hz, at + n * EACH_S));
}

/** @param {number} hz @param {number} at of the context's time, s */
function tone(hz, at) {
  const source = new OscillatorNode(sounds(), { frequency: hz });
  const volume = new GainNode(sounds(), { gain: 0 });
  volume.gain.setTargetAtTime(VOLUME, at, 0.01);
  volume.gain.setTargetAtTime(0, at + EACH_S - 0.04, 0.01);
  source.connect(volume).connect(sounds().destination);
  source.start(at);
  source.stop(at + EACH_S);
}
