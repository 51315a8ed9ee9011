import { useCallback, useState } from "../vendor/kit.js";
import { useAction } from "./use_action.js";
import { useLoad } from "./use_load.js";

/**
 * A list that comes page by page, each with the cursor of the next.
 * @template T
 * @param {(cursor: string | null, signal?: AbortSignal) => Promise<{items: T[], cursor: string | null, total?: number}>} read
 * @param {unknown[]} needs
 */
export function usePages(read, needs) {
  const [more, setMore] = useState(/** @type {{after: unknown, items: T[], cursor: string | null} | null} */ (null));
  const first = useLoad((signal) => read(null, signal), needs);
  const mine = more && more.after === first.data ? more : null; // what followed another first page is gone
  const cursor = mine ? mine.cursor : (first.data?.cursor ?? null);
  const next = useAction(useCallback(async () => {
    const page = await read(cursor);
    setMore({ after: first.data, items: [...(mine?.items ?? []), ...page.items], cursor: page.cursor });
  }, [cursor, mine, first.data, read]));
  const items = [...(first.data?.items ?? []), ...(mine?.items ?? [])];
  return { of: first, items, total: first.data?.total, again: first.again, more: { cursor, busy: next.busy, onMore: () => next.run() } };
}
