/** What is written about one call; kept as a draft on the server, so that nothing is lost. */
import { computed, effect, signal } from "../../vendor/kit.js";
import { del, get, request } from "../../app/api.js";
import { ApiError, isConflict } from "../../app/errors.js";
import { calls } from "../../app/live.js";
import { Keeper } from "./keeper.js";
import { isSame, merge } from "./merging.js";
import { tellTabs } from "./tabs_of_mine.js";
import { blank } from "./values.js";

/** @typedef {import("./values.js").Values} Values */
/** @typedef {import("./keeper.js").Kept} Kept */

const AGAIN_MS = 3000;
const NONE = '"0"'; // the version of a draft that is not there

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
  /** What another window of mine wrote into the same fields; null: nothing.
   * @type {import("../../vendor/kit.js").Signal<Values | null>} */
  theirs = signal(null);
  /** Something stands in it. */
  isBegun = computed(() => !isSame(this.values.value, blank()));
  /** The draft as this page saw it last. */
  #seen = { form: blank(), version: NONE };
  #unwatch = () => {};

  /** @param {string} callId */
  constructor(callId) {
    this.callId = callId;
    this.path = `/api/v1/drafts/${encodeURIComponent(callId)}`;
    this.keeper = new Keeper((form) => this.#keep(form), {
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
      this.#see(found?.form, found?.version);
      this.values.value = this.#seen.form;
      if (found) this.kept.value = { state: "kept", error: null, at: found.at };
      this.phase.value = isWritten && !found ? "written" : "ready";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.kept.value = { ...this.kept.peek(), error };
      this.phase.value = "failed";
      if (error.status === 403) return; // his role does not allow it, however often he asks
      setTimeout(() => this.phase.peek() === "failed" && void this.load(), AGAIN_MS);
    }
  }

  /** @param {Partial<Values>} [form] @param {string} [version] */
  #see(form, version = NONE) {
    this.#seen = { form: { ...blank(), ...form }, version };
  }

  async #draft() {
    const mine = (await get("/api/v1/drafts")).drafts;
    const isThere = mine.some((/** @type {any} */ one) => one.call_id === this.callId);
    const answer = isThere ? await request("GET", this.path).catch(nothing) : null;
    return answer && { form: answer.body.form, version: String(answer.etag), at: Date.parse(answer.body.updated_at) };
  }

  /** Where another window kept something meanwhile, both are kept. @param {Values} form */
  async #keep(form) {
    try {
      await this.#put(form);
    } catch (error) {
      if (!isConflict(error)) throw error;
      await this.#join(error);
    }
  }

  /** It goes on when the page is left. @param {Values} form */
  async #put(form) {
    const { etag } = await request("PUT", this.path, { body: { form }, ifMatch: this.#seen.version, keepalive: true });
    this.#see(form, String(etag));
    tellTabs({ callId: this.callId, form, version: String(etag) });
  }

  /** @param {unknown} error raised again where both wrote into the same field: that is for him to say */
  async #join(error) {
    const found = await this.#draft();
    const theirs = { ...blank(), ...found?.form };
    const { values, clashes } = merge(this.#seen.form, this.values.peek(), found ? theirs : this.#seen.form);
    this.values.value = values;
    this.theirs.value = clashes.length ? theirs : null;
    if (clashes.length) throw error;
    this.#see(theirs, found?.version);
    await this.#put(values);
  }

  /** Which of the two versions holds. @param {boolean} isMine */
  async settle(isMine) {
    const found = await this.#draft();
    this.#see(found?.form, found?.version);
    this.theirs.value = null;
    this.set(isMine ? {} : this.#seen.form);
    await this.keeper.flush();
  }

  /** Whether it is logged already, as after a reload in the call. Of several agents each writes his part. */
  async #call() {
    this.#unwatch();
    this.#unwatch = effect(() => {
      const now = calls.get(this.callId);
      if (now) this.facts.value = now;
    });
    const read = await readCall(this.callId);
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

  /** Another tab of mine wrote: nothing that is typed here is given up for it.
   * @param {Values} form @param {string} [version] */
  adopt(form, version) {
    if (this.phase.peek() !== "ready" || this.keeper.open) return;
    this.#see(form, version);
    this.values.value = this.#seen.form;
  }

  /** It is logged, here or elsewhere: there is no draft any more. */
  close() {
    this.keeper.stop();
    this.#unwatch();
    this.phase.value = "logged";
  }

  /** On the server: also what was kept while it was logged. */
  async forget() {
    this.keeper.stop();
    await this.keeper.flush();
    if (await this.#draft()) await del(this.path).catch(nothing);
  }

  /** Thrown away by its writer: it is as if nothing had been typed. */
  async discard() {
    await this.forget();
    this.#see();
    this.values.value = this.#seen.form;
    this.wrong.value = {};
    this.theirs.value = null;
    this.kept.value = { state: "kept", error: null, at: null };
    tellTabs({ callId: this.callId, form: blank() });
  }

  /** The page goes away: what is typed goes ahead of it. */
  rescue() {
    const { open: form, sent } = this.keeper;
    if (!form || form === sent || this.theirs.peek()) return;
    const ifMatch = sent ? null : this.#seen.version; // of what is on its way nobody knows the version yet
    void request("PUT", this.path, { body: { form }, ifMatch, keepalive: true }).catch(() => {});
  }
}

/** Null: there is no such call, or none for me. @param {string} callId @returns {Promise<any>} */
export const readCall = (callId) => get(`/api/v1/calls/${encodeURIComponent(callId)}`).catch(nothing);

/** There is none. @param {unknown} error */
function nothing(error) {
  if (error instanceof ApiError && error.status === 404) return null;
  throw error;
}
