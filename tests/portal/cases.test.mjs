import assert from "node:assert/strict";
import { test } from "node:test";
import { dayAfter, mayBecome, typed } from "../../mhud/portal/static/pages/cases/narrowing.js";

globalThis.navigator ??= {}; // a browser's, that node of this version lacks
const { upload } = await import("../../mhud/portal/static/pages/cases/upload.js");

test("the last word may be half typed, in any script", () => {
  assert.equal(typed("child scho"), "child scho*");
  assert.equal(typed(" CASE-2025-0001 "), "CASE-2025-0001*");
  assert.equal(typed("مدرس"), "مدرس*");
});

test("what is in quotes, has a star or ends a sentence is searched for as it stands", () => {
  for (const text of ['"left home"', "child*", "Kevin M."]) assert.equal(typed(text), text);
});

test("a list until a day holds all of that day", () => {
  assert.equal(dayAfter("2025-03-07"), "2025-03-08");
  assert.equal(dayAfter("2024-02-28"), "2024-02-29");
  assert.equal(dayAfter("2025-12-31"), "2026-01-01");
});

test("a day that no list knows, such as one of a mistyped year, is left to the server to refuse", () => {
  for (const day of ["20255-03-07", "9999-12-31", "soon"]) assert.equal(dayAfter(day), day);
});

test("a case goes forward, and what is done may be taken up again", () => {
  assert.deepEqual(mayBecome("assigned"), ["in_progress", "resolved", "closed"]);
  assert.deepEqual(mayBecome("resolved"), ["in_progress", "closed"]);
  assert.deepEqual(mayBecome("closed"), ["in_progress"]);
});

/** What becomes of a file whose line does this. */
async function sent(...happens) {
  globalThis.XMLHttpRequest = class {
    upload = {};
    open() {}
    setRequestHeader() {}
    send() {
      happens.forEach((name) => (name === "sent" ? this.upload.onload?.() : this[`on${name}`]()));
    }
  };
  const signal = new AbortController().signal;
  return upload("/files", null, { signal, onProgress: () => {} }).catch((error) => error.code);
}

test("of a file that was sent whole nobody is told that nothing was kept", async () => {
  assert.equal(await sent("error"), "cut");
  assert.equal(await sent("abort"), "stopped");
  for (const end of ["error", "abort", "timeout"]) assert.equal(await sent("sent", end), "unsure");
});
