// Two windows with one form: what only one of them changed is as he left it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "../../mhud/portal/static/pages/panel/merging.js";

const blank = () => ({ title: "", message: "", keys: {}, made: {} });
const form = (some) => ({ ...blank(), ...some });

test("what each of two windows changed alone is in the joint form", () => {
  const { values, clashes } = merge(form({ title: "A" }), form({ title: "A", message: "mine" }), form({ title: "B" }));
  assert.deepEqual([values.title, values.message, clashes], ["B", "mine", []]);
});

test("what both changed is mine, and is named", () => {
  const { values, clashes } = merge(blank(), form({ message: "mine" }), form({ message: "theirs" }));
  assert.deepEqual([values.message, clashes], ["mine", ["message"]]);
});

test("what both changed alike is no clash", () => {
  assert.deepEqual(merge(blank(), form({ message: "same" }), form({ message: "same" })).clashes, []);
});

test("what one window has emptied stays empty", () => {
  const { values, clashes } = merge(form({ message: "old" }), form({ message: "" }), form({ message: "old", title: "T" }));
  assert.deepEqual([values.message, values.title, clashes], ["", "T", []]);
});

test("what was made already is remembered from both, so that nothing is made twice", () => {
  const { values, clashes } = merge(blank(), form({ made: { client_id: "c" }, keys: { case: "1" } }), form({ made: { case_id: 7 } }));
  assert.deepEqual([values.made, values.keys, clashes], [{ case_id: 7, client_id: "c" }, { case: "1" }, []]);
});
