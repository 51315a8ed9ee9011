import { useCallback, useRef, useState } from "../vendor/kit.js";
import { say } from "../app/errors.js";
import { toast } from "./toast.js";

/**
 * Something a click does: busy meanwhile, never twice at once, and a failure is said.
 * @template {unknown[]} A
 * @param {(...args: A) => Promise<unknown>} act
 * @param {{done?: string, quiet?: boolean}} [options] `done`: said when it succeeded; `quiet`: the
 *   caller shows `error` itself
 * @returns {{run: (...args: A) => Promise<boolean>, busy: boolean, error: unknown, clear: () => void}}
 *   `run` says whether it succeeded
 */
export function useAction(act, { done, quiet = false } = {}) {
  const [state, setState] = useState({ busy: false, error: /** @type {unknown} */ (null) });
  const running = useRef(false);
  const latest = useRef(act);
  latest.current = act;
  const run = useCallback(async (/** @type {A} */ ...args) => {
    if (running.current) return false;
    running.current = true;
    setState({ busy: true, error: null });
    const error = await latest.current(...args).then(() => null, (why) => why);
    running.current = false;
    setState({ busy: false, error });
    if (error && !quiet) toast(say(error), "bad");
    if (!error && done) toast(done, "good");
    return !error;
  }, [done, quiet]);
  const clear = useCallback(() => setState({ busy: false, error: null }), []);
  return { run, ...state, clear };
}
