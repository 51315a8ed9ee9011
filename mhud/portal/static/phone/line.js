/** The line to Asterisk: JsSIP, as far as this phone needs it. One call at a time. */
import { DOMAIN, FINAL, makeAgent, signIn } from "./agent.js";
import { call, doing, muted, online, phase, problem } from "./facts.js";
import { isExpecting, wasAsked } from "./expected.js";
import * as microphone from "./microphone.js";
import { solved, whatIsWrong } from "./problems.js";
import { watchPulse } from "./pulse.js";
import { hear, ring } from "./sound.js";

const NEWER_TAB = 4001;
const SIGNED_OUT = 4002;
const BUSY = 486;
const AGAIN_MS = 5000;
const MEDIA = { iceServers: [], rtcpMuxPolicy: "require", bundlePolicy: "max-bundle" };
const TONES = { transportType: "RFC2833", duration: 120, interToneGap: 100 };

/** @typedef {any} Session of JsSIP */
/** @type {import("./agent.js").Agent | null} */
let agent = null;
/** @type {Session | null} */
let session = null;
let wasLost = false;
let endPulse = () => {};

/** The browser's half of the call, for who measures it. @returns {RTCPeerConnection | null} */
export const connection = () => session?.connection ?? null;

/**
 * Until it is registered. @param {{username: string, secret: string}} line
 * @throws {Error} when Asterisk refuses
 */
export async function open(line) {
  const mine = (agent = await makeAgent(line));
  mine.on("newRTCSession", meet);
  mine.on("registered", () => agent === mine && found());
  mine.on("unregistered", () => agent === mine && (online.value = false));
  mine.on("disconnected", (/** @type {any} */ why) => agent === mine && lose(why));
  mine.on("registrationFailed", (/** @type {any} */ why) => agent === mine && refused(mine, why));
  await signIn(mine);
}

/** @param {import("./agent.js").Agent} mine @param {{response?: unknown}} why */
function refused(mine, { response }) {
  if (response) {
    problem.value = "phone.no_line"; // the secret is void
    return;
  }
  problem.value ??= "phone.offline"; // Asterisk was silent, and JsSIP leaves it at that
  setTimeout(() => agent === mine && mine.isConnected() && register(), AGAIN_MS);
}

/** Signs in again now, not when it is due. */
export const register = () => agent?.register();

/** Says goodbye: to the call, if there is one, and to Asterisk. */
export function close() {
  agent?.stop();
  agent = null;
  online.value = false;
  over();
}

function found() {
  online.value = true;
  solved("phone.offline");
  // Asterisk sends what belongs to the call to the old socket until it hears from the new one.
  if (wasLost && session?.isEstablished()) session.renegotiate();
  wasLost = false;
}

/** @param {{code?: number}} why */
function lose({ code = 0 }) {
  online.value = false;
  wasLost = true;
  if (code < FINAL) {
    problem.value ??= "phone.offline";
    return;
  }
  phase.value = code === NEWER_TAB ? "other-tab" : "refused";
  problem.value = code === NEWER_TAB ? null : code === SIGNED_OUT ? "phone.signed_out" : "phone.thrown_out";
  close();
}

/** @param {{originator: string, session: Session, request: any}} news */
function meet({ originator, session: next, request }) {
  if (session) {
    if (originator === "remote") next.terminate({ status_code: BUSY });
    return;
  }
  session = next;
  follow(next);
  if (originator === "remote") void arrive(next, request);
}

/** @param {Session} next @param {any} request */
async function arrive(next, request) {
  const id = request.getHeader("X-Call-Id") ?? null;
  const from = next.remote_identity;
  call.value = { call_id: id, from: from.display_name || from.uri.user || "", ours: false, since: performance.now() };
  doing.value = "ringing";
  if (problem.value?.startsWith("phone.not_back")) problem.value = null; // that was the call before
  if (!isExpecting()) ring(true);
  const ours = await wasAsked(id);
  if (session !== next || doing.value !== "ringing" || !call.value) return;
  call.value = { ...call.value, ours };
  if (ours) await answer();
  else ring(true);
}

/** @param {Session} next */
function follow(next) {
  const watch = (/** @type {RTCPeerConnection} */ made) =>
    made.addEventListener("track", (event) => hear(event.streams[0] ?? new MediaStream([event.track])));
  if (next.connection) watch(next.connection);
  else next.on("peerconnection", (/** @type {any} */ news) => watch(news.peerconnection));
  next.on("confirmed", () => session === next && talk());
  next.on("hold", (/** @type {any} */ by) => session === next && by.originator === "local" && (doing.value = "held"));
  next.on("unhold", (/** @type {any} */ by) => session === next && by.originator === "local" && (doing.value = "talking"));
  for (const end of ["ended", "failed"]) next.on(end, () => session === next && over());
}

function talk() {
  ring(false);
  if (doing.value === "testing") return;
  doing.value = "talking";
  if (call.value) call.value = { ...call.value, since: performance.now() };
  endPulse = watchPulse(connection, () => {
    problem.value = "phone.dead";
    const lost = session;
    over("dead");
    lost?.terminate();
  });
}

/** @param {"dead" | null} left what is still to be told */
function over(left = null) {
  ring(false);
  endPulse();
  endPulse = () => {};
  session = null;
  muted.value = false;
  microphone.unmute();
  hear(null);
  call.value = null;
  doing.value = left;
}

/** With what the microphone hears; without one the call rings on. */
export async function answer() {
  const mine = session;
  if (doing.value !== "ringing" || !mine?.isInProgress()) return;
  const mediaStream = await voice();
  if (!mediaStream || session !== mine || !mine.isInProgress()) return;
  ring(false);
  mine.answer({ mediaStream, pcConfig: MEDIA });
}

/** @param {string} exten that the phone itself may call */
export async function test(exten) {
  const mediaStream = await voice();
  if (!mediaStream || session || !agent) return; // it was closed meanwhile
  doing.value = "testing";
  agent.call(`sip:${exten}@${DOMAIN}`, { mediaStream, pcConfig: MEDIA });
}

async function voice() {
  try {
    return await microphone.working();
  } catch (error) {
    problem.value = whatIsWrong(error);
    return null;
  }
}

export const isTalking = () => session?.isEstablished() ?? false;

export const hangup = () => session?.terminate();

/** @param {boolean} held */
export const hold = (held) => (held ? session?.hold() : session?.unhold());

/** @param {boolean} silent */
export function mute(silent) {
  if (!session) return;
  session[silent ? "mute" : "unmute"]({ audio: true });
  muted.value = silent;
}

/** @param {string} keys */
export const dtmf = (keys) => session?.sendDTMF(keys, TONES);

/** Another microphone, in a call too. */
export async function speakInto(/** @type {MediaStream} */ stream) {
  const [track] = stream.getAudioTracks();
  if (!track) return;
  const isSilent = () => muted.value || doing.value === "held";
  track.enabled = !isSilent();
  for (const sender of connection()?.getSenders() ?? []) await sender.replaceTrack(track);
  track.enabled = !isSilent(); // muted or held meanwhile, or no longer
}
