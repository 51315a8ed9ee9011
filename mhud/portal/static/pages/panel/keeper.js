/**
 * Keeps what is typed: at each pause, one request at a time, again and again until it succeeds.
 * No network and no clock of its own: tests drive it.
 *
 * @typedef {"kept" | "waiting" | "keeping" | "failed"} Kept waiting: a pause in typing is awaited
 */
const PAUSE_MS = 800;
const AGAIN_MS = [2000, 5000, 10_000, 30_000];

export class Keeper {
  /** What is not kept yet. @type {any} */
  #form = null;
  /** @type {unknown} */
  #timer = null;
  /** @type {Promise<boolean> | null} */
  #sending = null;
  #failures = 0;
  /** What is on its way. @type {any} */
  sent = null;

  /**
   * @param {(form: any) => Promise<unknown>} send
   * @param {{later: (act: () => void, ms: number) => unknown, forget: (timer: any) => void,
   *   told: (state: Kept, error: unknown) => void}} outside
   */
  constructor(send, outside) {
    this.send = send;
    this.outside = outside;
  }

  /** There is something that is not kept: this. */
  get open() {
    return this.#form;
  }

  /** @param {any} form */
  change(form) {
    this.#form = form;
    this.outside.told("waiting", null);
    this.#arm(PAUSE_MS);
  }

  /** At once. @returns {Promise<boolean>} whether all is kept */
  async flush() {
    this.#disarm();
    while (this.#sending) await this.#sending;
    if (!this.#form) return true;
    this.#sending = this.#once();
    const done = await this.#sending;
    this.#sending = null;
    return done && this.flush();
  }

  /** There is nothing to keep any more. */
  stop() {
    this.#disarm();
    this.#form = null;
  }

  async #once() {
    const form = (this.sent = this.#form);
    this.outside.told("keeping", null);
    const error = await this.send(form).then(() => null, (why) => why ?? new Error("refused"));
    this.sent = null;
    if (error) return this.#failed(error);
    this.#failures = 0;
    if (this.#form === form) this.#form = null; // else more was typed meanwhile
    this.outside.told(this.#form ? "waiting" : "kept", null);
    return true;
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!this.#form) return true; // it was given up meanwhile
    this.outside.told("failed", error);
    this.#arm(AGAIN_MS[Math.min(this.#failures++, AGAIN_MS.length - 1)]);
    return false;
  }

  /** @param {number} ms */
  #arm(ms) {
    this.#disarm();
    this.#timer = this.outside.later(() => void this.flush(), ms);
  }

  #disarm() {
    if (this.#timer !== null) this.outside.forget(this.#timer);
    this.#timer = null;
  }
}
