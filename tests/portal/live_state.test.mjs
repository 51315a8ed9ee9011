import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { effect } from "../../mhud/portal/static/vendor/kit.js";
import { LiveState, agentOf } from "../../mhud/portal/static/app/live_state.js";

let seq = 0;
const event = (type, more) => ({ seq: (seq += 1), type, timestamp: "2025-03-07T10:15:30Z", ...more });
const call = (id, status) => ({ id, status });

test("a call is there from its first event to its end", () => {
  const state = new LiveState();
  state.apply(event("call.new", { call: call("a", "ringing") }));
  state.apply(event("call.connected", { call: call("a", "in-progress") }));
  assert.deepEqual(state.calls.list, [call("a", "in-progress")]);
  state.apply(event("call.ended", { call: call("a", "ended") }));
  assert.deepEqual([state.calls.list, state.calls.peek("a")], [[], null]);
});

test("a call of which one may see no more than its id is not shown", () => {
  const state = new LiveState();
  state.apply(event("agent.ringing", { call: { id: "a" }, agent: { id: "x", status: "ringing", status_timestamp: "2025-03-07T10:15:30Z" } }));
  assert.deepEqual([state.calls.list, state.agents.get("x").status], [[], "ringing"]);
});

test("who looks at one thing is told of it at once, and of no other", () => {
  const state = new LiveState();
  const seen = [];
  const end = effect(() => seen.push(state.calls.get("a")?.status ?? null));
  state.apply(event("call.new", { call: call("b", "ringing") }));
  state.apply(event("call.new", { call: call("a", "ringing") }));
  state.apply(event("call.ended", { call: call("a", "ended") }));
  end();
  assert.deepEqual(seen, [null, "ringing", null]);
});

test("what nobody looks at any more is not remembered, and can be looked at again", () => {
  const state = new LiveState();
  for (let n = 0; n < 100; n += 1) effect(() => void state.calls.get(String(n)))();
  assert.equal(state.calls.watched, 0);
  const seen = [];
  const end = effect(() => seen.push(state.calls.get("7")?.status ?? null));
  state.apply(event("call.new", { call: call("7", "ringing") }));
  end();
  assert.deepEqual(seen, [null, "ringing"]);
});

test("who looks at a list is told once of many changes", (context) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.timers.reset());
  const state = new LiveState();
  const seen = [];
  const end = effect(() => seen.push(state.calls.list.length));
  for (let n = 0; n < 100; n += 1) state.apply(event("call.new", { call: call(String(n), "queued") }));
  mock.timers.tick(50);
  end();
  assert.deepEqual(seen, [0, 100]);
});

test("a state that is read anew replaces what there was, for who looks at one thing too", () => {
  const state = new LiveState();
  state.apply(event("call.new", { call: call("gone", "ringing") }));
  const seen = [];
  const end = effect(() => seen.push(state.calls.get("gone")?.status ?? null));
  state.calls.replace([call("here", "queued")]);
  end();
  assert.deepEqual([seen, state.calls.list], [["ringing", null], [call("here", "queued")]]);
});

test("what came while the state was read is newer than what was read", async () => {
  const state = new LiveState();
  const isDone = await state.readAnew(async () => {
    state.apply(event("call.new", { call: call("new", "ringing") }));
    state.apply(event("call.ended", { call: call("over", "ended") }));
    return { calls: [call("over", "in-progress")] };
  });
  assert.equal(isDone, true);
  assert.deepEqual(state.calls.list, [call("new", "ringing")]);
});

test("hearers hear their type, their family and all, until they end it", () => {
  const state = new LiveState();
  const heard = [];
  const ends = ["case.updated", "case.*", "*", "call.*"].map((type) => state.on(type, (one) => heard.push(`${type} ${one.type}`)));
  state.apply(event("case.updated", {}));
  assert.deepEqual(heard, ["case.updated case.updated", "case.* case.updated", "* case.updated"]);
  ends.forEach((end) => end());
  state.apply(event("case.updated", {}));
  assert.equal(heard.length, 3);
});

test("Asterisk goes and comes", () => {
  const state = new LiveState();
  state.apply(event("pbx.disconnected", {}));
  assert.equal(state.pbx.value, false);
  state.apply(event("pbx.connected", {}));
  assert.equal(state.pbx.value, true);
});

test("a status began when the event says, or so many seconds before the list was read", () => {
  const at = Date.parse("2025-03-07T10:15:30Z");
  assert.equal(agentOf({ id: "x", status: "available", status_timestamp: "2025-03-07T10:15:30Z" }).since, at);
  assert.equal(agentOf({ id: "x", status: "available", time_in_status: 30 }, at).since, at - 30_000);
});

/** A read that answers when the test says so. */
function slowly(state) {
  const read = {};
  read.done = state.readAnew(() => new Promise((answer, refuse) => Object.assign(read, { answer, refuse })));
  return read;
}

test("of two reads at once the later one holds, in whichever order they are answered", async () => {
  for (const order of [[0, 1], [1, 0]]) {
    const state = new LiveState();
    const reads = [slowly(state)];
    state.apply(event("call.new", { call: call("new", "ringing") }));
    reads.push(slowly(state));
    state.apply(event("call.queued", { call: call("new", "queued") }));
    const answers = [{ calls: [call("gone", "in-progress")] }, { calls: [call("new", "ringing")] }];
    for (const n of order) reads[n].answer(answers[n]);
    assert.deepEqual(await Promise.all(reads.map((read) => read.done)), [false, true]);
    assert.deepEqual(state.calls.list, [call("new", "queued")]);
  }
});

test("a read that fails leaves what was known, and is an error only if no later one was begun", async () => {
  const state = new LiveState();
  state.apply(event("call.new", { call: call("a", "ringing") }));
  const [first, second] = [slowly(state), slowly(state)];
  first.refuse(new Error("away"));
  assert.equal(await first.done, false);
  second.refuse(new Error("away"));
  await assert.rejects(second.done, /away/);
  assert.deepEqual(state.calls.list, [call("a", "ringing")]);
});

test("what may not be seen is not read, and what is known of it stays", async () => {
  const state = new LiveState();
  state.queues.replace([{ id: "support", name: "Support" }]);
  await state.readAnew(async () => ({ calls: [] }));
  assert.equal(state.queues.list.length, 1);
});
