/** One line to /ws that comes back by itself and misses nothing. */
import { EventOrder } from "./event_order.js";

const WAIT_MS = [500, 1000, 2000, 4000, 8000, 15_000];
const SILENT_MS = 8000; // who says nothing for so long after a question is away
const OPENING_MS = 20_000; // and who says nothing for so long before the line is up: slow networks have their time
const SIGN_IN = 4401;
const FORBIDDEN = 4403;

/**
 * @typedef {import("./event_order.js").LiveEvent} LiveEvent
 * @typedef {object} Told what the line says
 * @property {(event: LiveEvent) => void} event each once, in order
 * @property {() => void} fresh what was known does not hold: at the first line, and when too much was missed
 * @property {() => void} live the line is there, and all that was missed is told, or the state must be read
 * @property {(why: "lost" | "signed-out" | "forbidden") => void} lost
 * @typedef {object} World so that tests need no network and no time
 * @property {() => WebSocket} open
 * @property {(run: () => void, ms: number) => unknown} later
 */
export class LiveSocket {
  order = new EventOrder();
  tries = 0;
  /** @type {WebSocket | null} */
  socket = null;
  isWanted = false;
  isKnown = false; // the state was read, and what followed is known
  isUp = false; // all that was missed is told
  heard = 0; // messages
  line = 0; // so that what an old line says late is not taken for the new one's

  /** @param {Told} told @param {World} world */
  constructor(told, world) {
    this.told = told;
    this.world = world;
  }

  start() {
    if (this.isWanted) return;
    this.isWanted = true;
    this.#connect();
  }

  stop() {
    this.isWanted = this.isUp = false;
    this.line += 1;
    this.socket?.close();
    this.socket = null;
  }

  /** The line seems dead though it says nothing: another one, at once. */
  renew() {
    if (!this.isWanted) return;
    this.stop();
    this.told.lost("lost");
    this.tries = 0;
    this.start();
  }

  /** Is it still there? Whatever is said is an answer. A line that is not up yet is asked nothing, but may die too. */
  probe() {
    if (!this.socket) return; // it waits for its turn
    const [line, heard] = [this.line, this.heard];
    if (this.isUp) this.socket.send(JSON.stringify({ type: "subscribe" })); // to the same, and nothing again
    this.world.later(() => {
      if (line === this.line && heard === this.heard && this.socket) this.renew();
    }, this.isUp ? SILENT_MS : OPENING_MS);
  }

  #connect() {
    if (!this.isWanted) return;
    const line = (this.line += 1);
    const socket = (this.socket = this.world.open());
    this.order.begin();
    socket.onmessage = ({ data }) => line === this.line && this.#hear(JSON.parse(data));
    socket.onclose = ({ code }) => line === this.line && this.#end(code);
  }

  /** @param {any} message */
  #hear(message) {
    this.heard += 1;
    if (message.type === "auth.ok") this.#greet(message.seq);
    else if (message.type === "replay.truncated") this.#startAnew();
    else if (message.type === "subscribe.ok") this.#complete(message.seq);
    else if (typeof message.seq === "number") this.#tell(this.order.take(message));
    if (this.order.isFull) this.#startAnew();
  }

  /** A number behind ours is another count, of a database that was restored or made anew. @param {number} seq */
  #greet(seq) {
    if (this.order.last !== null && seq < this.order.last) this.#startAnew();
    this.#subscribe();
  }

  #subscribe() {
    const since = this.isKnown && this.order.last !== null ? { since: this.order.last } : {};
    this.socket?.send(JSON.stringify({ type: "subscribe", ...since }));
  }

  #startAnew() {
    this.isKnown = false;
    this.order.forget();
    if (this.order.held) this.order.held = [];
  }

  /** @param {number} seq */
  #complete(seq) {
    if (!this.order.held) return; // the answer to a probe: what came until `seq` may still be on its way
    this.#tell(this.order.complete(seq));
    this.tries = 0;
    if (!this.isKnown) this.told.fresh();
    this.isKnown = this.isUp = true;
    this.told.live();
  }

  /** @param {LiveEvent[]} events */
  #tell(events) {
    events.forEach((event) => this.told.event(event));
  }

  /** @param {number} code */
  #end(code) {
    this.socket = null;
    this.isUp = false;
    if (code === SIGN_IN || code === FORBIDDEN) this.isWanted = false;
    this.told.lost(code === SIGN_IN ? "signed-out" : code === FORBIDDEN ? "forbidden" : "lost");
    if (!this.isWanted) return;
    const wait = WAIT_MS[Math.min(this.tries, WAIT_MS.length - 1)];
    this.tries += 1;
    const line = this.line;
    this.world.later(() => line === this.line && this.#connect(), wait * (0.75 + Math.random() / 2));
  }
}
