/** What the agent hears: the other party, and the ring. */

const RING_HZ = [523, 659];
const RING_S = 0.4;
const RING_EVERY_MS = 2500;
const VOLUME = 0.15;

const voice = new Audio();
voice.autoplay = true;
/** @type {AudioContext | null} */
let context = null;
/** @type {ReturnType<typeof setInterval> | null} */
let ringing = null;
let sink = "";

/** Browsers let a page sound only after somebody has used it. */
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

/** @param {boolean} on */
export function ring(on) {
  if (ringing) clearInterval(ringing);
  ringing = null;
  if (!on) return;
  once();
  ringing = setInterval(once, RING_EVERY_MS);
}

/** Two tones, one after the other, that neither begin nor end with a click. */
function once() {
  const at = sounds().currentTime;
  RING_HZ.forEach((hz, index) => tone(hz, at + index * RING_S));
}

/** @param {number} hz @param {number} at of the context's time, s */
function tone(hz, at) {
  const source = sounds().createOscillator();
  const volume = sounds().createGain();
  source.frequency.value = hz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(VOLUME, at + 0.03);
  volume.gain.setValueAtTime(VOLUME, at + RING_S - 0.05);
  volume.gain.linearRampToValueAtTime(0, at + RING_S);
  source.connect(volume).connect(sounds().destination);
  source.start(at);
  source.stop(at + RING_S);
}

/** Voices and ring. @param {string} id of a device; "": the system's own */
export async function useSpeaker(id) {
  sink = id;
  if ("setSinkId" in voice) await voice.setSinkId(sink);
  const chosen = /** @type {any} */ (sounds()); // setSinkId is not in every browser's context
  if ("setSinkId" in chosen) await chosen.setSinkId(sink);
}
