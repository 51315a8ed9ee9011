import { effect, useEffect, useMemo, useRef, useState } from "../../vendor/kit.js";
import { agents, calls, queues } from "../../app/live.js";
import { may } from "../../app/rights.js";
import { factsOf } from "./facts.js";

const MANY = 1000; // agents
const MANY_PAUSE_MS = 500;
const PAUSE_MS = 100; // seen well within 300 ms of an event, and no oftener than it can be read

/**
 * Something made of what is live, at most ten times a second.
 * @template T
 * @param {() => T} make reads lists of live.js
 * @param {unknown[]} needs
 * @param {number} [pause] ms
 * @returns {T}
 */
export function useLive(make, needs, pause = PAUSE_MS) {
  const first = useMemo(make, needs);
  const wait = useRef(pause);
  wait.current = pause;
  const [made, setMade] = useState({ first, value: first });
  useEffect(() => {
    /** @type {unknown} */
    let timer = null;
    const stop = effect(() => {
      void calls.list, void agents.list, void queues.list;
      timer ??= setTimeout(() => {
        timer = null;
        const value = make();
        setMade((known) => (known.first === first && known.value === value ? known : { first, value }));
      }, wait.current);
    });
    return () => {
      stop();
      clearTimeout(/** @type {number} */ (timer));
    };
  }, [first]);
  return made.first === first ? made.value : first;
}

/** @param {string[] | null} chosen queues; null: all */
export function useFacts(chosen) {
  const key = chosen?.join(",") ?? null;
  const count = useRef(0);
  const facts = useLive(
    () => factsOf({ calls: calls.list, agents: agents.list, queues: queues.list }, { chosen: key ? new Set(key.split(",")) : null, seesCalls: may("view_calls") }),
    [key],
    count.current > MANY ? MANY_PAUSE_MS : PAUSE_MS,
  );
  count.current = facts.agents.length;
  return facts;
}
