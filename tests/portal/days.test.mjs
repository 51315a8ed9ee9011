// Days that have no hour, read to the west of Greenwich.
import assert from "node:assert/strict";
import { test } from "node:test";

process.env.TZ = "America/New_York";
globalThis.navigator ??= {}; // a browser's, that node of this version lacks
const { formatDate } = await import("../../mhud/portal/static/app/format.js");

test("a birthday is the same day everywhere", () => {
  assert.equal(formatDate("2010-03-07"), "Mar 7, 2010");
});

test("an instant is of the day that it is here", () => {
  assert.equal(formatDate("2010-03-07T02:00:00Z"), "Mar 6, 2010");
});
