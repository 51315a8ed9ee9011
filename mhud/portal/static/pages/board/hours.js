/** Which hours of today the curve shows. Pure. */

const HOUR_MS = 3_600_000;
const LEAST_MS = 6 * HOUR_MS; // less says nothing about a day

/**
 * @typedef {{offered: number[], opens_at: string | null, closes_at: string | null}} QueueDay
 *
 * From the opening or the first call, whichever is earlier, on a whole hour; until now, or the closing.
 * @param {{starts: string[], slot_seconds: number, queues: QueueDay[]}} day @param {number} now ms
 * @returns {{first: number, count: number}} the first quarter that is shown, and how many
 */
export function hoursOf({ starts, slot_seconds, queues }, now) {
  const slot = slot_seconds * 1000;
  const midnight = Date.parse(starts[0]);
  const called = starts.findIndex((_, n) => queues.some((queue) => queue.offered[n]));
  const opens = queues.map((queue) => queue.opens_at).filter((at) => at !== null).map((at) => Date.parse(at));
  const closes = queues.map((queue) => queue.closes_at).filter((at) => at !== null).map((at) => Date.parse(at));
  const begins = [...opens, ...(called < 0 ? [] : [midnight + called * slot])];
  const earliest = begins.length ? Math.min(...begins, now) : now;
  const wanted = Math.floor((earliest - midnight) / HOUR_MS) * HOUR_MS + midnight;
  const end = Math.min(Math.max(now, wanted + LEAST_MS, ...closes), midnight + 24 * HOUR_MS);
  const begin = Math.max(midnight, Math.min(wanted, end - LEAST_MS));
  const first = Math.round((begin - midnight) / slot);
  return { first, count: Math.ceil((Math.max(end, now) - begin) / slot) };
}
