// Each language says everything, with the same blanks; and no page asks for a text that is not there.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const STATIC = new URL("../../mhud/portal/static/", import.meta.url);
const [FIRST, SECOND] = ["en", "sw"];
const ASKED = /\bt\(\s*"([a-z_]+\.[\w.-]+)"/g;

const filesOf = (language) => readdirSync(new URL(`messages/${language}/`, STATIC)).filter((name) => name.endsWith(".js")).sort();
const wordsOf = async (language, file) => (await import(new URL(`messages/${language}/${file}`, STATIC))).default;
const forms = (message) => (typeof message === "string" ? [message] : Object.values(message));
const blanks = (message) => [...new Set(forms(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();

/** Our own modules, not what npm brings. */
function scripts(folder = STATIC) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === "vendor" ? [] : scripts(new URL(`${entry.name}/`, folder));
    return entry.name.endsWith(".js") ? [new URL(entry.name, folder)] : [];
  });
}

test("both languages have the same pages", () => {
  assert.ok(filesOf(FIRST).length > 0);
  assert.deepEqual(filesOf(SECOND), filesOf(FIRST));
});

for (const file of filesOf(FIRST)) {
  test(`${file} says the same in both languages`, async () => {
    const [first, second] = [await wordsOf(FIRST, file), await wordsOf(SECOND, file)];
    assert.deepEqual(Object.keys(second).sort(), Object.keys(first).sort());
    for (const key of Object.keys(first)) {
      assert.deepEqual(blanks(second[key]), blanks(first[key]), `the blanks of ${key}`);
      for (const message of [first[key], second[key]]) {
        assert.ok(forms(message).every((text) => text.trim() === text && text !== ""), `${key} is a text`);
        assert.ok(typeof message === "string" || "other" in message, `${key} has words for any number`);
      }
    }
  });
}

test("every text that a page asks for is there", async () => {
  const known = new Set();
  for (const file of filesOf(FIRST))
    for (const key of Object.keys(await wordsOf(FIRST, file))) known.add(`${file.slice(0, -3)}.${key}`);
  const missing = scripts().flatMap((url) =>
    [...readFileSync(url, "utf8").matchAll(ASKED)].map((found) => found[1]).filter((key) => !known.has(key))
      .map((key) => `${key} in ${fileURLToPath(url)}`));
  assert.deepEqual(missing, []);
});
