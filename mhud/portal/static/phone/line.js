/** The line to Asterisk: JsSIP, as far as this phone needs it. One call at a time. */
import { call, doing, muted, online, phase, problem } from "./facts.js";
import { isExpecting, wasAsked } from "./expected.js";
import * as microphone from "./microphone.js";
import { watchPulse } from "./pulse.js";
import { hear, ring } from "./sound.js";

const DOMAIN = "mhud.invalid"; // Asterisk knows phones by their name alone
const NEWER_TAB = 4001;
const SIGNED_OUT = 4002;
const FINAL = 4000; // from here on mhud means it: coming back by itself would be a fight
const BUSY = 486;
const MEDIA = { iceServers: [], rtcpMuxPolicy: "require", bundlePolicy: "max-bundle" };
const TONES = { transportType: "RFC2833", duration: 120, interToneGap: 100 };

/** @typedef {any} Session of JsSIP */
/** @type {any} */
let agent = null; // JsSIP's user agent
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
export async function open({ username, secret }) {
  const JsSIP = /** @type {any} */ ((await import("../vendor/jssip.js")).default);
  JsSIP.debug.disable();
  const address = new URL("/phone", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  agent = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(address.href)],
    uri: `sip:${username}@${DOMAIN}`,
    authorization_user: username,
    password: secret,
    register_expires: 120,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 8,
    user_agent: "mhud",
  });
  const mine = agent;
  agent.on("newRTCSession", (/** @type {any} */ news) => meet(news));
  agent.on("disconnected", (/** @type {any} */ why) => agent === mine && lose(why));
  agent.on("unregistered", () => agent === mine && (online.value = false));
  await new Promise((resolve, reject) => {
    agent.on("registered", () => resolve(agent === mine && found()));
    agent.on("registrationFailed", (/** @type {any} */ why) => {
      if (why.response) reject(new Error(`refused: ${why.response.status_code}`));
    });
    agent.on("disconnected", (/** @type {any} */ why) => {
      if (why.code >= FINAL) reject(new Error(`closed: ${why.code}`));
    });
    agent.start();
  });
}

/** Says goodbye: to the call, if there is one, and to Asterisk. */
export function close() {
  agent?.stop();
  agent = null;
  online.value = false;
  over();
}

function found() {
  online.value = true;
  if (problem.value === "phone.offline") problem.value = null;
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
  muted.value = false;
  follow(next);
  if (originator === "remote") void arrive(next, request);
}

/** @param {Session} next @param {any} request */
async function arrive(next, request) {
  const id = request.getHeader("X-Call-Id") ?? null;
  const from = next.remote_identity;
  call.value = { call_id: id, from: from.display_name || from.uri.user || "", ours: false, since: performance.now() };
  doing.value = "ringing";
  if (!isExpecting()) ring(true);
  const ours = await wasAsked(id);
  if (session !== next || doing.value !== "ringing" || !call.value) return;
  call.value = { ...call.value, ours };
  if (ours) answer();
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
  hear(null);
  call.value = null;
  doing.value = left;
}

/** With what the microphone hears. */
export function answer() {
  if (doing.value !== "ringing" || session?.isEstablished()) return;
  ring(false);
  session.answer({ mediaStream: microphone.opened(), pcConfig: MEDIA });
}

/** @param {string} exten that the phone itself may call */
export function test(exten) {
  doing.value = "testing";
  agent.call(`sip:${exten}@${DOMAIN}`, { mediaStream: microphone.opened(), pcConfig: MEDIA });
}

export const isTalking = () => session?.isEstablished() ?? false;

export const hangup = () => session?.terminate();

/** @param {boolean} held */
export const hold = (held) => (held ? session?.hold() : session?.unhold());

/** @param {boolean} silent */
export function mute(silent) {
  if (!session) return;
  if (silent) session.mute({ audio: true });
  else session.unmute({ audio: true });
  muted.value = silent;
}

/** @param {string} keys */
export const dtmf = (keys) => session?.sendDTMF(keys, TONES);

/** Another microphone, in a call too. */
export async function speakInto(/** @type {MediaStream} */ stream) {
  const [track] = stream.getAudioTracks();
  if (!track) return;
  track.enabled = !muted.value;
  for (const sender of connection()?.getSenders() ?? []) await sender.replaceTrack(track);
}

/** Signs in again now, not when it is due. */
export const register = () => agent?.register();
