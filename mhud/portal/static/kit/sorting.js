const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * What has no value goes last, either way.
 * @param {any[]} rows
 * @param {{key: string, by?: (row: any) => string | number | null}[]} columns
 * @param {{key: string, down: boolean} | null} sort
 */
export function sorted(rows, columns, sort) {
  const by = sort && columns.find((column) => column.key === sort.key)?.by;
  if (!sort || !by) return rows;
  const way = sort.down ? -1 : 1;
  return rows
    .map((row) => ({ row, value: by(row) }))
    .sort((a, b) => order(a.value, b.value, way))
    .map((one) => one.row);
}

/** @param {string | number | null | undefined} a @param {string | number | null | undefined} b @param {number} way */
function order(a, b, way) {
  const [noA, noB] = [a === null || a === undefined || a === "", b === null || b === undefined || b === ""];
  if (noA || noB) return Number(noA) - Number(noB);
  if (typeof a === "number" && typeof b === "number") return (a - b) * way;
  return words.compare(String(a), String(b)) * way;
}
