/**
 * How far the server's clock is ahead of this one, in ms.
 *
 * A `Date` header holds whole seconds: each answer says between which two values the difference
 * lies, and several together say it well. When they contradict each other, a clock was set.
 */
export class Offset {
  low = -Infinity;
  high = Infinity;

  /**
   * @param {number} date what the answer said, ms
   * @param {number} asked this clock when it was asked, ms
   * @param {number} told this clock when the answer came, ms
   */
  learn(date, asked, told) {
    const low = date - told;
    const high = date + 1000 - asked;
    const agrees = low <= this.high && high >= this.low;
    this.low = agrees ? Math.max(low, this.low) : low;
    this.high = agrees ? Math.min(high, this.high) : high;
  }

  /** ms; 0 as long as nobody said anything */
  get ms() {
    return Number.isFinite(this.low) ? (this.low + this.high) / 2 : 0;
  }
}
