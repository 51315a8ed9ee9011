// What a page is told of an answer that does not come as it should.
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.navigator ??= {}; // a browser's, that node of this version lacks
const { request } = await import("../../mhud/portal/static/app/api.js");
const { ApiError } = await import("../../mhud/portal/static/app/errors.js");

/** Headers, and then nothing but this. */
const broken = (why) => new Response(new ReadableStream({ pull: (body) => body.error(why) }));

test("an answer that breaks off in the middle is a network that failed, and no bug", async (t) => {
  t.mock.method(globalThis, "fetch", async () => broken(new TypeError("network error")));
  await assert.rejects(request("GET", "/api/v1/calls/active"), (error) => error instanceof ApiError && error.code === "network");
});

test("an answer of which the rest does not come in time is late, and no bug", async (t) => {
  t.mock.method(globalThis, "fetch", async (_, { signal }) => new Response(new ReadableStream({
    start: (body) => signal.addEventListener("abort", () => body.error(signal.reason)),
  })));
  const isLate = (code) => (error) => error instanceof ApiError && error.code === code;
  const waits = setInterval(() => {}, 1000); // a time limit alone keeps no process alive
  t.after(() => clearInterval(waits));
  await assert.rejects(request("GET", "/api/v1/calls/active", { timeout: 5 }), isLate("slow"));
  await assert.rejects(request("POST", "/api/v1/calls/outbound", { timeout: 5 }), isLate("timeout"));
});

test("who stops asking himself is told nothing else", async (t) => {
  const stop = new AbortController();
  t.mock.method(globalThis, "fetch", async () => {
    stop.abort();
    return broken(stop.signal.reason);
  });
  await assert.rejects(request("GET", "/api/v1/calls/active", { signal: stop.signal }), { name: "AbortError" });
});

test("what goes on when its page is left is no bigger than browsers take so, and the rest is sent all the same", async (t) => {
  const sent = [];
  t.mock.method(globalThis, "fetch", async (_, { body, keepalive }) => {
    sent.push([new TextEncoder().encode(body).length, keepalive]);
    return new Response("{}");
  });
  const keep = (message) => request("PUT", "/api/v1/drafts/call-1", { body: { message }, keepalive: true });
  await keep("short");
  await keep("x".repeat(33_000));
  await keep("ш".repeat(20_000)); // two bytes each
  assert.deepEqual(sent.map(([, isKept]) => isKept), [true, false, false]);
  assert.ok(sent.every(([bytes, isKept]) => !isKept || bytes < 32_768));
});
