/**
 * Events in their order, each once, over lost lines.
 *
 * On a new line live events come before the replay of what was missed. They are held back until
 * the replay is complete, then all are told by `seq`.
 *
 * @typedef {{seq: number, type: string, timestamp: string, [more: string]: any}} LiveEvent
 */
export class EventOrder {
  /** The last that was told; null: none yet, or the numbering is another one now. @type {number | null} */
  last = null;
  /** @type {LiveEvent[] | null} while a replay runs */
  held = null;

  /** @param {number} most so many are held back; after that, the state must be read anew */
  constructor(most = 20_000) {
    this.most = most;
  }

  /** A new line: what comes is held back until `complete`. */
  begin() {
    this.held = [];
  }

  /** What may be told now. @param {LiveEvent} event @returns {LiveEvent[]} */
  take(event) {
    if (!this.held) return this.#once([event]);
    this.held.push(event);
    return [];
  }

  /** More is held back than is good. */
  get isFull() {
    return (this.held?.length ?? 0) > this.most;
  }

  /** The replay is complete: what was held back, in order. @param {number} seq @returns {LiveEvent[]} */
  complete(seq) {
    const held = (this.held ?? []).sort((a, b) => a.seq - b.seq);
    this.held = null;
    const told = this.#once(held);
    this.last = Math.max(this.last ?? 0, seq);
    return told;
  }

  /** What was missed is not kept any more: what comes counts from here. */
  forget() {
    this.last = null;
  }

  /** @param {LiveEvent[]} events in order */
  #once(events) {
    return events.filter((event) => {
      const isNew = this.last === null || event.seq > this.last;
      if (isNew) this.last = event.seq;
      return isNew;
    });
  }
}
