import assert from "node:assert/strict";
import { test } from "node:test";
import { Offset } from "../../mhud/portal/static/app/offset.js";
import { sorted } from "../../mhud/portal/static/kit/sorting.js";

test("a clock that is an hour wrong is found out within the second, and better with each answer", () => {
  const hour = 3_600_000;
  const offset = new Offset();
  const answer = (serverMs, tookMs) => offset.learn(Math.floor(serverMs / 1000) * 1000, serverMs - hour, serverMs - hour + tookMs);
  answer(1_000_900, 20);
  assert.ok(Math.abs(offset.ms - hour) <= 1020, `${offset.ms}`);
  for (const ms of [1_003_050, 1_007_480, 1_011_990]) answer(ms, 20);
  assert.ok(Math.abs(offset.ms - hour) < 100, `${offset.ms}`);
});

test("a clock that is set while the page is open is followed", () => {
  const offset = new Offset();
  offset.learn(1_000_000, 1_000_200, 1_000_220);
  offset.learn(5_000_000, 1_001_200, 1_001_220);
  assert.ok(Math.abs(offset.ms - 3_999_000) <= 1000, `${offset.ms}`);
});

test("before the first answer this machine's clock is believed", () => assert.equal(new Offset().ms, 0));

const COLUMNS = [{ key: "name", by: (row) => row.name }, { key: "n", by: (row) => row.n }, { key: "fixed" }];
const ROWS = [{ name: "Zoë", n: 2 }, { name: null, n: 10 }, { name: "agent 10", n: null }, { name: "Agent 9", n: 1 }];
const names = (sort) => sorted(ROWS, COLUMNS, sort).map((row) => row.name);

test("words are sorted as people do it, numbers as numbers, and what is not there comes last", () => {
  assert.deepEqual(names({ key: "name", down: false }), ["Agent 9", "agent 10", "Zoë", null]);
  assert.deepEqual(names({ key: "name", down: true }), ["Zoë", "agent 10", "Agent 9", null]);
  assert.deepEqual(names({ key: "n", down: true }), [null, "Zoë", "Agent 9", "agent 10"]);
});

test("without an order, and by a column that has none, rows stay as they came", () => {
  assert.deepEqual(names(null), ["Zoë", null, "agent 10", "Agent 9"]);
  assert.deepEqual(names({ key: "fixed", down: true }), ["Zoë", null, "agent 10", "Agent 9"]);
});
