/** What the board and the list of supervisors make of calls, agents and queues. */
import assert from "node:assert/strict";
import test from "node:test";

import { factsOf, serving, totals } from "../../mhud/portal/static/pages/board/facts.js";
import { hoursOf } from "../../mhud/portal/static/pages/board/hours.js";
import { longIn, ofLine, ofService } from "../../mhud/portal/static/pages/board/limits.js";
import { Names } from "../../mhud/portal/static/pages/board/names.js";
import { agentRows, callRows } from "../../mhud/portal/static/pages/supervisor/rows.js";

const NOON = Date.parse("2025-03-07T12:00:00Z");
const at = (seconds) => new Date(NOON + seconds * 1000).toISOString();

const call = (id, more = {}) => ({
  id, status: "queued", queue_id: "support", start_time: at(0), waiting_since: at(5), answer_time: null, monitors: null, ...more,
});
const agent = (id, more = {}) => ({ id, name: id, status: "available", queues: ["support"], since: NOON, help: null, ...more });
const queue = (id, more = {}) => ({
  id, name: id, calls_waiting: 7, average_wait_time: 10, sla_current: 90, sla_today: 80,
  sla: { threshold: 20, presented: 10, answered: 8, abandoned: 2, answered_within: 7 }, ...more,
});
const day = (more = {}) => ({ calls: [], agents: [], queues: [queue("support"), queue("crisis")], ...more });

test("the longest wait counts from when the caller joined his queue", () => {
  const { queues, waiting } = factsOf(day({ calls: [call("b", { waiting_since: at(9) }), call("a")] }));
  const support = queues.find((one) => one.id === "support");
  assert.deepEqual([support.waiting, support.since], [2, NOON + 5000]);
  assert.deepEqual(waiting.map((one) => one.id), ["a", "b"]);
});

test("who is listened to is one call, and who listens is none", () => {
  const calls = [call("a", { status: "in-progress", answer_time: at(9) }), call("m", { status: "in-progress", monitors: "a" })];
  assert.deepEqual(factsOf(day({ calls })).talking.map((one) => one.id), ["a"]);
  assert.deepEqual(callRows(calls, { state: "", queue: "" }).map((one) => one.id), ["a"]);
});

test("who may not see calls sees how many wait all the same", () => {
  const [first] = factsOf(day(), { seesCalls: false }).queues;
  assert.deepEqual([first.waiting, first.since], [7, null]);
});

test("chosen queues alone are counted, with those who serve them", () => {
  const agents = [agent("a"), agent("b", { queues: ["crisis"], status: "on-break" }), agent("c", { queues: ["crisis"], status: "offline" })];
  const facts = factsOf(day({ agents, calls: [call("x"), call("y", { queue_id: "crisis" })] }), { chosen: new Set(["crisis"]) });
  assert.deepEqual(facts.queues.map((one) => one.id), ["crisis"]);
  assert.deepEqual(facts.waiting.map((one) => one.id), ["y"]);
  assert.deepEqual(facts.states, { "on-break": 1, offline: 1 });
  assert.deepEqual(facts.agents.map((one) => one.id), ["b"]);
});

test("whoever asks for help is shown, whichever queues are chosen, the first first", () => {
  const asks = (id, seconds) => agent(id, { queues: [], help: { requested_at: at(seconds) } });
  const facts = factsOf(day({ agents: [asks("late", 9), asks("early", 1), agent("calm")] }), { chosen: new Set(["crisis"]) });
  assert.deepEqual(facts.helpless.map((one) => one.id), ["early", "late"]);
});

test("the average of all queues weighs each by who was answered there", () => {
  const sla = (answered) => ({ answered, presented: answered, abandoned: 0, answered_within: 0 });
  const queues = [queue("a", { average_wait_time: 10, sla: sla(1) }), queue("b", { average_wait_time: 40, sla: sla(2) }), queue("c", { average_wait_time: null, sla: sla(0) })];
  assert.equal(totals(factsOf(day({ queues })).queues).average, 30);
});

test("the service level of all queues counts callers, each by his queue's formula", () => {
  const parts = { presented: 10, answered: 6, answered_within: 5, abandoned: 4, abandoned_within: 2 };
  const of = (...formulas) => totals(factsOf(day({ queues: formulas.map((formula, n) => queue(`q${n}`, { sla: { ...parts, formula } })) })).queues).service;
  assert.deepEqual(["without-abandoned", "handled-only", "positive", "negative"].map((one) => of(one)), [62.5, 500 / 6, 70, 50]);
  assert.equal(of("without-abandoned", "negative"), (100 * 10) / 18);
  assert.equal(totals([]).service, null);
});

test("who is on a break or has no phone answers nobody", () => {
  assert.equal(serving({ "on-break": 3, unreachable: 2, offline: 9 }), 0);
  assert.equal(serving({ available: 1, ringing: 1, "on-call": 1, "wrap-up": 1, "on-break": 1 }), 4);
});

test("nothing was measured where nobody called", () => {
  const all = totals([]);
  assert.deepEqual([all.waiting, all.since, all.average], [0, null, null]);
});

test("a wait is worth a look at half of what the queue promises, and bad beyond it or with nobody there", () => {
  const line = (waiting, since, agents = 1) => ofLine({ waiting, since, limit: 20, agents }, NOON);
  assert.deepEqual([line(0, null), line(1, NOON - 9000), line(1, NOON - 10_000), line(1, NOON - 20_000), line(1, NOON, 0)], ["", "", "warn", "bad", "bad"]);
});

test("a service level below its goal is marked, and one that was not measured is not", () => {
  assert.deepEqual([ofService(80, 80), ofService(79, 80), ofService(59, 80), ofService(null, 80)], ["", "warn", "bad", ""]);
  assert.equal(longIn("offline").warnAfter, Infinity);
});

test("agents are listed by name, state or time, and filtered by name, state and queue", () => {
  const all = [agent("c", { name: "Zoë" }), agent("a", { name: "amina", status: "on-call", since: NOON - 60_000 }), agent("b", { name: "Brian", queues: ["crisis"] })];
  const ids = (filter, sort = { key: "name", down: false }) =>
    agentRows(all, { text: "", state: "", queue: "", ...filter }, sort, new Names()).map((one) => one.id);
  assert.deepEqual(ids({}), ["a", "b", "c"]);
  assert.deepEqual(ids({}, { key: "name", down: true }), ["c", "b", "a"]);
  assert.deepEqual(ids({}, { key: "since", down: true }), ["a", "b", "c"]);
  assert.deepEqual(ids({}, { key: "state", down: false })[0], "a");
  assert.deepEqual([ids({ text: " AMI " }), ids({ state: "on-call" }), ids({ queue: "crisis" })], [["a"], ["a"], ["b"]]);
});

test("a name that changes changes its place", () => {
  const names = new Names();
  const sort = { key: "name", down: false };
  const every = { text: "", state: "", queue: "" };
  agentRows([agent("a"), agent("b")], every, sort, names);
  assert.deepEqual(agentRows([agent("a", { name: "z" }), agent("b")], every, sort, names).map((one) => one.id), ["b", "a"]);
});

test("who waits stands before who talks", () => {
  const calls = [call("talks", { status: "in-progress", start_time: at(0) }), call("waits", { start_time: at(9) })];
  assert.deepEqual(callRows(calls, { state: "", queue: "" }).map((one) => one.id), ["waits", "talks"]);
  assert.deepEqual(callRows(calls, { state: "in-progress", queue: "" }).map((one) => one.id), ["talks"]);
  assert.deepEqual(callRows(calls, { state: "", queue: "crisis" }), []);
});

const quarters = (n) => Array.from({ length: n }, (_, at) => new Date(Date.parse("2025-03-07T00:00:00Z") + at * 900_000).toISOString());
const today = (hour, queues) => {
  const starts = quarters(hour * 4 + 1);
  const day = { starts, slot_seconds: 900, queues: queues.map((one) => ({ opens_at: null, closes_at: null, offered: starts.map((_, n) => (n === one.first ? 1 : 0)), ...one })) };
  const { first, count } = hoursOf(day, Date.parse(starts.at(-1)) + 60_000);
  return [first / 4, (first + count) / 4];
};

test("the curve begins with the first call, on a whole hour, and ends now", () => {
  assert.deepEqual(today(16, [{ first: 30 }, { first: 50 }]), [7, 16.25]);
});

test("the curve is never narrower than six hours", () => {
  assert.deepEqual(today(8, [{ first: 31 }]), [7, 13]);
  assert.deepEqual(today(1, [{ first: 1 }]), [0, 6]);
  assert.deepEqual(today(23, [{ first: 90 }]), [18, 24]);
  assert.deepEqual(today(9, [{}]), [9, 15]);
  assert.deepEqual(today(9, []), [9, 15]);
});

test("the curve shows the opening hours, and who called before and after them", () => {
  const open = { opens_at: "2025-03-07T08:00:00Z", closes_at: "2025-03-07T17:00:00Z" };
  assert.deepEqual(today(9, [open]), [8, 17]);
  assert.deepEqual(today(19, [{ ...open, first: 20 }]), [5, 19.25]);
});
