/** What is written about one call; kept as a draft on the server, so that nothing is lost. */
import { effect, signal } from "../../vendor/kit.js";
import { del, get, put } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { calls } from "../../app/live.js";
import { Keeper } from "./keeper.js";
import { tellTabs } from "./tabs_of_mine.js";
import { blank } from "./values.js";

/** @typedef {import("./values.js").Values} Values */
/** @typedef {import("./keeper.js").Kept} Kept */

const AGAIN_MS = 3000;

export class CallForm {
  /** @type {import("../../vendor/kit.js").Signal<Values>} */
  values = signal(blank());
  /** @type {import("../../vendor/kit.js").Signal<"loading" | "failed" | "ready" | "written" | "logged">} */
  phase = signal("loading");
  /** @type {import("../../vendor/kit.js").Signal<{state: Kept, error: unknown, at: number | null}>} */
  kept = signal({ state: "kept", error: null, at: null });
  /** What the API refused, by field. @type {import("../../vendor/kit.js").Signal<Record<string, string>>} */
  wrong = signal({});
  /** The call, also when it is over. @type {import("../../vendor/kit.js").Signal<any>} */
  facts = signal(null);
  #unwatch = () => {};

  /** @param {string} callId */
  constructor(callId) {
    this.callId = callId;
    this.path = `/api/v1/drafts/${encodeURIComponent(callId)}`;
    this.keeper = new Keeper((form) => put(this.path, { form }).then(() => tellTabs({ callId, form })), {
      later: (act, ms) => setTimeout(act, ms),
      forget: (timer) => clearTimeout(timer),
      told: (state, error) => (this.kept.value = { state, error, at: state === "kept" ? Date.now() : this.kept.peek().at }),
    });
  }

  /** Reads the draft and the call. What was typed stands: this is done once, before anything is. */
  async load() {
    this.phase.value = "loading";
    try {
      const [found, isWritten] = await Promise.all([this.#draft(), this.#call()]);
      this.values.value = { ...blank(), ...found?.form };
      if (found) this.kept.value = { state: "kept", error: null, at: Date.parse(found.updated_at) };
      this.phase.value = isWritten && !found ? "written" : "ready";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.kept.value = { ...this.kept.peek(), error };
      this.phase.value = "failed";
      setTimeout(() => this.phase.peek() === "failed" && void this.load(), AGAIN_MS);
    }
  }

  async #draft() {
    const mine = (await get("/api/v1/drafts")).drafts;
    const isThere = mine.some((/** @type {any} */ one) => one.call_id === this.callId);
    return isThere ? get(this.path).catch(nothing) : null;
  }

  /** Whether it is logged already, as after a reload in the call. Of several agents each writes his part. */
  async #call() {
    this.#unwatch();
    this.#unwatch = effect(() => {
      const now = calls.get(this.callId);
      if (now) this.facts.value = now;
    });
    const read = await get(`/api/v1/calls/${encodeURIComponent(this.callId)}`).catch(nothing);
    this.facts.value ??= read;
    return !!read?.disposition_code && read.agent_ids.length < 2;
  }

  /** @param {Partial<Values>} some */
  set(some) {
    this.values.value = { ...this.values.peek(), ...some };
    const wrong = Object.entries(this.wrong.peek()).filter(([name]) => !(name in some));
    this.wrong.value = Object.fromEntries(wrong);
    this.keeper.change(this.values.peek());
  }

  /** Another tab of mine wrote: nothing that is typed here is given up for it. @param {Values} form */
  adopt(form) {
    if (this.phase.peek() === "ready" && !this.keeper.open) this.values.value = { ...blank(), ...form };
  }

  /** It is logged, here or elsewhere: there is no draft any more. */
  close() {
    this.keeper.stop();
    this.#unwatch();
    this.phase.value = "logged";
  }

  /** Thrown away by its writer. */
  async forget() {
    this.keeper.stop();
    if (await this.#draft()) await del(this.path).catch(nothing);
    this.close();
  }

  /** The page goes away: what is typed goes ahead of it. */
  rescue() {
    if (this.keeper.open) void put(this.path, { form: this.keeper.open }, { keepalive: true }).catch(() => {});
  }
}

/** There is none. @param {unknown} error */
function nothing(error) {
  if (error instanceof ApiError && error.status === 404) return null;
  throw error;
}
