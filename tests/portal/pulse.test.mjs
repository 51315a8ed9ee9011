// Whether anybody is still at the other end of a call, with a clock that the test moves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { watchPulse } from "../../mhud/portal/static/phone/pulse.js";

/** A line on which nothing comes, watched for so long that the next look gives it up. */
async function silent(t) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const clock = t.mock.method(performance, "now", () => 0);
  const line = { died: 0, answers: [] };
  const getStats = () => new Promise((answer) => line.answers.push(() => answer(new Map())));
  line.end = watchPulse(() => ({ getStats }), () => (line.died += 1));
  line.look = () => t.mock.timers.tick(1000);
  line.answer = async () => {
    line.answers.shift()();
    await new Promise(setImmediate);
  };
  line.look();
  await line.answer();
  clock.mock.mockImplementation(() => 10_000);
  return line;
}

test("a line on which nothing came for ten seconds is given up, once", async (t) => {
  const line = await silent(t);
  line.look();
  line.look();
  await line.answer();
  await line.answer();
  assert.equal(line.died, 1);
});

test("a call that ended while it was looked at has not died: the next one may have begun", async (t) => {
  const line = await silent(t);
  line.look();
  line.end();
  await line.answer();
  assert.equal(line.died, 0);
});
