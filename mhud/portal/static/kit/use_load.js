import { useCallback, useEffect, useRef, useState } from "../vendor/kit.js";

/**
 * @template T
 * @typedef {{data: T | undefined, error: unknown, busy: boolean, again: () => void,
 *   set: (data: T) => void}} Load
 *   `data` stays while it is read again, and when that fails
 */

/**
 * Reads when the component appears and when `needs` change; an answer that comes too late is dropped.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} read
 * @param {unknown[]} needs
 * @returns {Load<T>}
 */
export function useLoad(read, needs) {
  const [state, setState] = useState({ data: /** @type {T | undefined} */ (undefined), error: /** @type {unknown} */ (null), busy: true });
  const [turn, setTurn] = useState(0);
  const reading = useRef(read);
  reading.current = read;
  useEffect(() => {
    const stop = new AbortController();
    setState((old) => ({ ...old, busy: true }));
    reading.current(stop.signal).then(
      (data) => !stop.signal.aborted && setState({ data, error: null, busy: false }),
      (error) => !stop.signal.aborted && setState((old) => ({ ...old, error, busy: false })),
    );
    return () => stop.abort();
  }, [...needs, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  const set = useCallback((/** @type {T} */ data) => setState({ data, error: null, busy: false }), []);
  return { ...state, again, set };
}
