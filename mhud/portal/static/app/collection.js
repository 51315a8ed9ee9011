import { signal } from "../vendor/kit.js";

const PAUSE_MS = 50; // a list is told to have changed at most so often

/**
 * Things by id: each a signal, and all of them a list.
 * @template {{id: string}} T
 */
export class Collection {
  /** @type {Map<string, import("../vendor/kit.js").Signal<T | null>>} */
  #signals = new Map();
  /** @type {Map<string, T>} */
  #items = new Map();
  #version = signal(0);
  #isPending = false;

  /** All, in no order; read in a component it is told of changes, at most 20 times a second.
   * @returns {T[]} */
  get list() {
    void this.#version.value;
    return [...this.#items.values()];
  }

  /** As it is now, untold of changes. @param {string | null | undefined} id @returns {T | null} */
  peek(id) {
    return (id && this.#items.get(id)) || null;
  }

  /** One of them, told of each change at once. @param {string | null | undefined} id @returns {T | null} */
  get(id) {
    return id ? this.#signal(id).value : null;
  }

  /** @param {T} item */
  set(item) {
    this.#items.set(item.id, item);
    const known = this.#signals.get(item.id);
    if (known) known.value = item;
    this.#changed();
  }

  /** @param {string} id */
  remove(id) {
    if (!this.#items.delete(id)) return;
    const known = this.#signals.get(id);
    if (known) known.value = null;
    this.#changed();
  }

  /** These and no others. @param {T[]} items */
  replace(items) {
    this.#items = new Map(items.map((item) => [item.id, item]));
    for (const [id, known] of this.#signals) known.value = this.#items.get(id) ?? null;
    this.#version.value += 1;
  }

  /** How many are looked at. */
  get watched() {
    return this.#signals.size;
  }

  /** @param {string} id @returns {import("../vendor/kit.js").Signal<T | null>} */
  #signal(id) {
    const known = this.#signals.get(id);
    if (known) return known;
    const forget = () => this.#signals.delete(id); // a day has thousands of calls
    const made = signal(this.#items.get(id) ?? null, { unwatched: forget });
    this.#signals.set(id, made);
    return made;
  }

  #changed() {
    if (this.#isPending) return;
    this.#isPending = true;
    setTimeout(() => {
      this.#isPending = false;
      this.#version.value += 1;
    }, PAUSE_MS);
  }
}
