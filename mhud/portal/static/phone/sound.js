/** What the agent hears: the other party, and the ring. */
import { signal } from "../vendor/kit.js";

/** The id of the loudspeaker in use; "": the system's own. @type {import("../vendor/kit.js").Signal<string>} */
export const chosen = signal("");

const RING_HZ = [523, 659];
const RING_S = 0.4;
const RING_EVERY_S = 2.5;
const RING_FOR_S = 120; // longer than anybody lets a phone ring
const VOLUME = 0.15;

const voice = new Audio();
voice.autoplay = true;
/** @type {AudioContext | null} */
let context = null;
/** @type {GainNode | null} */
let ringing = null;

/** A page whose microphone is open may sound at once; in a browser that thinks otherwise, once it is used. */
const wake = () => {
  if (context?.state === "suspended") void context.resume();
  if (voice.srcObject && voice.paused) void play();
};
for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, wake, { passive: true });

export function sounds() {
  context ??= new AudioContext();
  return context;
}

/** The other party; null: nobody any more. @param {MediaStream | null} stream */
export function hear(stream) {
  voice.srcObject = stream;
  if (stream) void play();
}

/** What is heard now. */
export const heard = () => /** @type {MediaStream | null} */ (voice.srcObject);

async function play() {
  await voice.play().catch(() => {}); // until the next click or key: see `wake`
}

/** Written down at once for all the time: timers of a page in the background come late.
 * @param {boolean} on */
export function ring(on) {
  if (on && ringing) return;
  ringing?.disconnect();
  ringing = null;
  if (!on) return;
  const bell = (ringing = sounds().createGain());
  bell.connect(sounds().destination);
  const began = sounds().currentTime; // stands still until the page may sound
  for (let at = 0; at < RING_FOR_S; at += RING_EVERY_S) {
    RING_HZ.forEach((hz, index) => tone(bell, hz, began + at + index * RING_S));
  }
}

/** Neither begins nor ends with a click.
 * @param {GainNode} bell @param {number} hz @param {number} at of the context's time, s */
function tone(bell, hz, at) {
  const source = sounds().createOscillator();
  const volume = sounds().createGain();
  source.frequency.value = hz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(VOLUME, at + 0.03);
  volume.gain.setValueAtTime(VOLUME, at + RING_S - 0.05);
  volume.gain.linearRampToValueAtTime(0, at + RING_S);
  source.connect(volume).connect(bell);
  source.start(at);
  source.stop(at + RING_S);
}

/** Voices and ring. @param {string} id of a device; "": the system's own */
export async function useSpeaker(id) {
  if ("setSinkId" in voice) await voice.setSinkId(id);
  const all = /** @type {any} */ (sounds()); // setSinkId is not in every browser's context
  if ("setSinkId" in all) await all.setSinkId(id);
  chosen.value = id;
}
