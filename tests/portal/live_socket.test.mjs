import assert from "node:assert/strict";
import { test } from "node:test";
import { EventOrder } from "../../mhud/portal/static/app/event_order.js";
import { Wire, connected } from "./wire.mjs";

test("the first line asks for nothing that was before, and the state is read once it is whole", () => {
  const wire = new Wire();
  wire.socket.start();
  wire.line.say({ type: "auth.ok", seq: 10 });
  assert.deepEqual(wire.line.sent, [{ type: "subscribe" }]);
  assert.deepEqual(wire.told, []);
  wire.line.say({ type: "subscribe.ok", seq: 10 });
  assert.deepEqual(wire.told, ["fresh", "live"]);
});

test("a lost line comes back and asks for what followed the last event", () => {
  const wire = connected(10);
  wire.line.event(11);
  wire.line.drop();
  assert.deepEqual(wire.told, [11, "lost"]);
  wire.pass();
  wire.line.say({ type: "auth.ok", seq: 14 });
  assert.deepEqual(wire.line.sent, [{ type: "subscribe", since: 11 }]);
});

test("what was missed and what is new is told in order, each once", () => {
  const wire = connected(10);
  wire.line.drop();
  wire.pass();
  wire.told.length = 0;
  wire.line.say({ type: "auth.ok", seq: 13 });
  wire.line.event(14); // live, before the replay
  wire.line.event(11);
  wire.line.event(12);
  wire.line.event(12);
  wire.line.event(13);
  assert.deepEqual(wire.told, []);
  wire.line.say({ type: "subscribe.ok", seq: 14 });
  assert.deepEqual(wire.told, [11, 12, 13, 14, "live"]);
  wire.line.event(14);
  wire.line.event(15);
  assert.deepEqual(wire.told, [11, 12, 13, 14, "live", 15]);
});

test("holes in the numbers are no loss: rights leave events out", () => {
  const wire = connected(10);
  wire.line.event(15);
  wire.line.event(400);
  assert.deepEqual(wire.told, [15, 400]);
});

test("a replay that is not whole any more has the state read anew", () => {
  const wire = connected(10);
  wire.line.drop();
  wire.pass();
  wire.told.length = 0;
  wire.line.say({ type: "auth.ok", seq: 900 });
  wire.line.say({ type: "replay.truncated", oldest: 500 });
  wire.line.event(500);
  wire.line.say({ type: "subscribe.ok", seq: 900 });
  assert.deepEqual(wire.told, [500, "fresh", "live"]);
});

test("another database begins to count from 1, and its events are told", () => {
  const wire = connected(5000);
  wire.line.drop();
  wire.pass();
  wire.told.length = 0;
  wire.line.say({ type: "auth.ok", seq: 3 });
  wire.line.say({ type: "replay.truncated" });
  wire.line.say({ type: "subscribe.ok", seq: 3 });
  wire.line.event(4);
  assert.deepEqual(wire.told, ["fresh", "live", 4]);
});

test("a line that breaks while it replays asks again for the same", () => {
  const wire = connected(10);
  wire.line.drop();
  wire.pass();
  wire.line.say({ type: "auth.ok", seq: 20 });
  wire.line.event(11);
  wire.line.drop();
  wire.told.length = 0;
  wire.pass();
  wire.line.say({ type: "auth.ok", seq: 20 });
  assert.deepEqual(wire.line.sent, [{ type: "subscribe", since: 10 }]);
  wire.line.event(11);
  wire.line.say({ type: "subscribe.ok", seq: 20 });
  assert.deepEqual(wire.told, [11, "live"]);
});

test("an ended login is said, and not tried again until somebody signs in", () => {
  const wire = connected(10);
  wire.line.drop(4401);
  assert.deepEqual(wire.told, ["signed-out"]);
  wire.pass();
  assert.equal(wire.lines.length, 1);
  wire.socket.start();
  wire.line.say({ type: "auth.ok", seq: 12 });
  assert.deepEqual(wire.line.sent, [{ type: "subscribe", since: 10 }]);
});

test("who may receive no events is not asked again", () => {
  const wire = connected(10);
  wire.line.drop(4403);
  wire.pass();
  assert.deepEqual([wire.told, wire.lines.length], [["forbidden"], 1]);
});

test("a stopped line stays stopped, and what it says late is not heard", () => {
  const wire = connected(10);
  const old = wire.line;
  wire.socket.stop();
  old.event(11);
  old.drop();
  wire.pass();
  assert.deepEqual([wire.told, wire.lines.length, old.isClosed], [[], 1, true]);
});

test("a line that seems dead is replaced at once, and only the new one is heard", () => {
  const wire = connected(10);
  const old = wire.line;
  wire.socket.renew();
  assert.deepEqual([wire.told, wire.lines.length], [["lost"], 2]);
  old.event(11);
  old.drop();
  wire.line.say({ type: "auth.ok", seq: 11 });
  wire.line.event(11);
  wire.line.say({ type: "subscribe.ok", seq: 11 });
  assert.deepEqual(wire.told, ["lost", 11, "live"]);
});

test("it waits longer after each try, and no longer than a quarter of a minute and a bit", () => {
  const waits = [];
  const wire = new Wire();
  wire.socket.world.later = (run, ms) => {
    waits.push(ms);
    wire.later.push(run);
  };
  wire.socket.start();
  for (let n = 0; n < 9; n += 1) {
    wire.line.drop();
    wire.pass();
  }
  assert.ok(waits[0] >= 375 && waits[0] <= 625, `${waits[0]} ms`);
  assert.ok(Math.max(...waits) <= 18_750 && waits.at(-1) >= 11_250, `${waits.at(-1)} ms`);
});

test("more than can be held back has the state read anew instead", () => {
  const order = new EventOrder(2);
  order.begin();
  for (const seq of [1, 2, 3]) order.take({ seq, type: "call.new", timestamp: "" });
  assert.equal(order.isFull, true);
});
