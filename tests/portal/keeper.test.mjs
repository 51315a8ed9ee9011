// What is typed at the desk: kept at each pause, and whatever happens to the line.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Keeper } from "../../mhud/portal/static/pages/panel/keeper.js";

/** A server that answers when the test says so, and a clock that the test moves. */
function desk() {
  const told = [];
  const asked = [];
  const timers = [];
  const keeper = new Keeper(
    (form) => new Promise((done, refuse) => asked.push({ form, done, refuse })),
    {
      later: (act, ms) => timers.push({ act, ms }) && timers.at(-1),
      forget: (timer) => timers.splice(timers.indexOf(timer), 1),
      told: (state) => told.push(state),
    },
  );
  const pause = () => timers.shift()?.act();
  const settled = () => new Promise(setImmediate);
  const answer = async (n, error) => {
    if (error) asked[n].refuse(error);
    else asked[n].done();
    await settled();
  };
  return { keeper, told, asked, timers, pause, answer, settled };
}

test("nothing is sent while one types, and one thing at the pause", async () => {
  const { keeper, asked, pause, answer, told } = desk();
  for (const text of ["S", "Sh", "She"]) keeper.change({ text });
  assert.equal(asked.length, 0);
  pause();
  assert.deepEqual(asked.map((one) => one.form), [{ text: "She" }]);
  await answer(0);
  assert.equal(told.at(-1), "kept");
  assert.equal(keeper.open, null);
});

test("what is typed while it is sent is sent after it", async () => {
  const { keeper, asked, pause, answer, told } = desk();
  keeper.change({ text: "one" });
  pause();
  keeper.change({ text: "one two" });
  await answer(0);
  assert.notEqual(told.at(-1), "kept");
  assert.deepEqual(asked[1].form, { text: "one two" });
  await answer(1);
  assert.equal(told.at(-1), "kept");
});

test("what could not be kept is tried again, later each time, until it is", async () => {
  const { keeper, timers, pause, answer, told } = desk();
  keeper.change({ text: "She" });
  pause();
  const waits = [];
  for (const n of [0, 1, 2]) {
    await answer(n, new Error("no network"));
    assert.equal(told.at(-1), "failed");
    waits.push(timers[0].ms);
    pause();
  }
  assert.ok(waits[0] < waits[1] && waits[1] < waits[2], `${waits}`);
  await answer(3);
  assert.equal(told.at(-1), "kept");
});

test("at once means at once, and says whether all is kept", async () => {
  const { keeper, asked, answer } = desk();
  assert.equal(await keeper.flush(), true);
  keeper.change({ text: "She" });
  const flushed = keeper.flush();
  assert.equal(asked.length, 1);
  await answer(0, new Error("refused"));
  assert.equal(await flushed, false);
});

test("two who want it at once send it once", async () => {
  const { keeper, asked, answer } = desk();
  keeper.change({ text: "She" });
  const both = [keeper.flush(), keeper.flush()];
  await answer(0);
  assert.deepEqual(await Promise.all(both), [true, true]);
  assert.equal(asked.length, 1);
});

test("what is logged is not kept any more, not even by a request that was under way", async () => {
  const { keeper, timers, pause, answer } = desk();
  keeper.change({ text: "She" });
  pause();
  keeper.stop();
  await answer(0, new Error("gone"));
  assert.equal(timers.length, 0);
});
