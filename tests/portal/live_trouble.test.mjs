// A line in a world that does not keep its word: other counts, repeats, silence, too much at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Wire, connected } from "./wire.mjs";

test("a number behind ours is another count: what is known does not hold, and what comes is told", () => {
  const wire = connected(5000);
  wire.line.drop();
  wire.pass();
  wire.told.length = 0;
  wire.line.say({ type: "auth.ok", seq: 4990 });
  assert.deepEqual(wire.line.sent, [{ type: "subscribe" }]);
  wire.line.say({ type: "subscribe.ok", seq: 4990 });
  wire.line.event(4991);
  assert.deepEqual(wire.told, ["fresh", "live", 4991]);
});

test("what is told twice on a line that is up, or late, is told once", () => {
  const wire = connected(10);
  for (const seq of [11, 11, 13, 12, 13, 14]) wire.line.event(seq);
  assert.deepEqual(wire.told, [11, 13, 14]);
});

test("more events than can be held back while a replay runs are not told in part: the state is read anew", () => {
  const wire = connected(10);
  wire.socket.order.most = 3;
  wire.line.drop();
  wire.pass();
  wire.told.length = 0;
  wire.line.say({ type: "auth.ok", seq: 900 });
  for (let seq = 11; seq < 15; seq += 1) wire.line.event(seq);
  wire.line.event(15);
  wire.line.say({ type: "subscribe.ok", seq: 900 });
  assert.deepEqual(wire.told, [15, "fresh", "live"]);
  wire.line.event(901);
  assert.deepEqual(wire.told.at(-1), 901);
});

test("a line that says nothing to a question is replaced, and asks for what followed", () => {
  const wire = connected(10);
  wire.line.event(11);
  wire.socket.probe();
  assert.deepEqual(wire.line.sent.at(-1), { type: "subscribe" });
  wire.told.length = 0;
  wire.pass();
  assert.deepEqual([wire.told, wire.lines.length], [["lost"], 2]);
  wire.line.say({ type: "auth.ok", seq: 20 });
  assert.deepEqual(wire.line.sent, [{ type: "subscribe", since: 11 }]);
});

test("an answer to a question is no news, and drops nothing that is still on its way", () => {
  const wire = connected(10);
  wire.socket.probe();
  wire.line.say({ type: "subscribe.ok", seq: 12 });
  wire.line.event(11);
  wire.line.event(12);
  wire.pass();
  assert.deepEqual([wire.told, wire.lines.length], [[11, 12], 1]);
});

test("a line that is not up yet is asked nothing", () => {
  const wire = connected(10);
  wire.line.drop();
  wire.socket.probe();
  wire.pass();
  wire.socket.probe();
  assert.deepEqual([wire.lines.length, wire.line.sent], [2, []]);
});

test("a line that opens and never says a word is replaced", () => {
  const wire = new Wire();
  wire.socket.start();
  wire.socket.probe();
  wire.pass();
  assert.deepEqual([wire.told, wire.lines.length, wire.lines[0].isClosed], [["lost"], 2, true]);
});

test("a line that breaks off in the middle of what was missed, and says nothing of it, is replaced", () => {
  const wire = connected(10);
  wire.line.drop();
  wire.pass();
  wire.line.say({ type: "auth.ok", seq: 20 });
  wire.line.event(11);
  wire.socket.probe();
  wire.pass();
  wire.line.say({ type: "auth.ok", seq: 20 });
  assert.deepEqual([wire.lines.length, wire.line.sent], [3, [{ type: "subscribe", since: 10 }]]);
});

test("a line that is on its way up is let alone as long as it says something", () => {
  const wire = new Wire();
  wire.socket.start();
  wire.socket.probe();
  wire.line.say({ type: "auth.ok", seq: 10 });
  wire.pass();
  assert.deepEqual([wire.told, wire.lines.length], [[], 1]);
});

test("a line that is renewed while it waits for its turn is opened once", () => {
  const wire = connected(10);
  wire.line.drop();
  wire.socket.renew();
  assert.equal(wire.lines.length, 2);
  wire.pass();
  assert.equal(wire.lines.length, 2);
});
