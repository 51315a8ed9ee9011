/**
 * What is happening now. One line to /ws for the whole page; pages read `calls`, `agents` and
 * `queues` in their components, and are drawn anew when these change.
 */
import { effect, signal } from "../vendor/kit.js";
import { request } from "./api.js";
import { serverNow } from "./clock.js";
import { ApiError } from "./errors.js";
import { LiveSocket } from "./live_socket.js";
import { LiveState, agentOf } from "./live_state.js";
import { may } from "./rights.js";
import { expired, loseLogin, me } from "./session.js";

const QUEUES_MS = 1000; // at most so often, when something happens
const SLOW_MS = 8000; // who does not answer for so long is away
const REGULAR_MS = 10_000; // and at least so often: a dead line shows too
const AGAIN_MS = 2000; // after what could not be read

const state = new LiveState();
export const { calls, agents, queues, pbx } = state;

/** @typedef {"off" | "connecting" | "live" | "lost"} LiveStatus off: not allowed, or not signed in */
/** @type {import("../vendor/kit.js").Signal<LiveStatus>} */
export const status = signal("off");
/** What is shown holds as of then, ms of the server's clock; null: nothing was read yet.
 * @type {import("../vendor/kit.js").Signal<number | null>} */
export const asOf = signal(null);
/** The first read is done. @type {import("../vendor/kit.js").Signal<boolean>} */
export const isReady = signal(false);

/** Hears of events: `useEffect(() => onEvent("case.*", again), [])`.
 * @param {string | string[]} types "call.new", "case.*" or "*"
 * @param {(event: import("./event_order.js").LiveEvent) => void} hear @returns {() => void} ends it */
export const onEvent = (types, hear) => state.on(types, hear);

/** Why nothing could be read yet. @type {import("../vendor/kit.js").Signal<ApiError | null>} */
export const trouble = signal(null);

let isUp = false; // the line
let isWhole = false; // what was read, with all that was told since

/** Reads everything anew, until it succeeds. */
async function readAll() {
  try {
    if (!(await state.readAnew(snapshot))) return;
    isWhole = isReady.value = true;
    trouble.value = null;
    settle();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    trouble.value = error;
    setTimeout(() => isUp && !isWhole && void readAll(), Math.max(AGAIN_MS, error.retryAfter * 1000));
  }
}

/** From now on it is as it was. @param {LiveStatus} now */
function lose(now) {
  isUp = false;
  if (status.peek() === "live") asOf.value = serverNow();
  status.value = now;
}

/** What is shown is live when the line is there and nothing is missing. */
function settle() {
  if (!isUp || !isWhole) return;
  status.value = "live";
  asOf.value = null;
}

async function snapshot() {
  const [calls, agents, queues] = await Promise.all([readCalls(), readAgents(), readQueues()]);
  return { calls, agents, queues };
}

const readCalls = async () => (may("view_calls") ? (await read("/api/v1/calls/active")).calls : undefined);
const readQueues = async () => (may("view_queues") ? (await read("/api/v1/queues/stats")).queues : undefined);

async function readAgents() {
  if (!may("view_agents")) return undefined;
  const found = (await read("/api/v1/agents/status")).agents;
  return found.map((/** @type {any} */ one) => agentOf(one, serverNow()));
}

/** @param {string} path */
async function read(path) {
  const answer = await request("GET", path, { timeout: SLOW_MS });
  pbx.value = !answer.stale;
  return answer.body;
}

const socket = new LiveSocket(
  {
    event: (event) => {
      state.apply(event);
      if (/^(call|agent|queue)\./.test(event.type)) soon();
    },
    fresh: () => (isWhole = false),
    live: () => {
      isUp = true;
      if (isWhole) settle();
      else void readAll();
    },
    lost: (why) => {
      lose(why === "forbidden" ? "off" : "lost");
      if (why === "signed-out") loseLogin();
    },
  },
  { open: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws`), later: (run, ms) => setTimeout(run, ms) },
);

let readAt = 0;
/** @type {unknown} */
let pending = null;

/** Figures of queues have no events of their own: they are read when something happened. */
function soon() {
  const wait = Math.max(30, readAt + QUEUES_MS - Date.now());
  pending ??= setTimeout(() => {
    pending = null;
    void figures();
  }, wait);
}

async function figures() {
  readAt = Date.now();
  try {
    const found = await readQueues();
    if (found) queues.replace(found);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    readAt += error.retryAfter * 1000; // asked too often
    if (error.status === 0 && status.value === "live") socket.renew();
  }
}

/** Called once, at the start: the line follows who is signed in. */
export function startLive() {
  effect(() => {
    if (me.value && !expired.value && may("receive_events")) {
      if (status.peek() === "off") status.value = "connecting";
      socket.start();
    } else {
      socket.stop();
      if (status.peek() !== "off") lose("lost"); // a request may hear of an ended login before the line does
    }
  });
  setInterval(look, REGULAR_MS);
  document.addEventListener("visibilitychange", look);
  addEventListener("offline", () => socket.renew());
  addEventListener("online", () => socket.renew());
}

/** Whether all is still there: after a sleep a line may be dead and say nothing of it. */
function look() {
  if (document.hidden) return;
  if (status.value === "live") soon();
  socket.probe();
}
