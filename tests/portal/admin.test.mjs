// Pages of the administration, as far as they need no browser.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import audit from "../../mhud/portal/static/messages/en/audit.js";
import health from "../../mhud/portal/static/messages/en/health.js";
import { EVENTS } from "../../mhud/portal/static/pages/admin/event_types.js";

const PYTHON = new URL("../../mhud/", import.meta.url);
const RECORDING = ["services", "web", "commands", "backup"];
const TOLD = new Set(Object.values(EVENTS).flat()); // are no deeds
const NO_DEED = new Set(["database.key"]); // a file of the data directory

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const url = new URL(entry.isDirectory() ? `${entry.name}/` : entry.name, folder);
    return entry.isDirectory() ? sources(url) : entry.name.endsWith(".py") ? [readFileSync(url, "utf8")] : [];
  });
}

test("every deed that is recorded is said in words, and has its family among the choices", () => {
  const families = new Set(Object.keys(audit).filter((key) => key.startsWith("family_")).map((key) => key.slice(7).replace("_", "-")));
  const quoted = RECORDING.flatMap((name) => sources(new URL(`${name}/`, PYTHON))).flatMap((text) => text.match(/"[a-z-]+(?:\.[a-z_-]+)+"/g) ?? []);
  const deeds = [...new Set(quoted.map((one) => one.slice(1, -1)))].filter((one) => families.has(one.split(".")[0]) && !TOLD.has(one) && !NO_DEED.has(one));
  assert.ok(deeds.length > 60, `${deeds.length} are found`);
  assert.deepEqual(deeds.filter((one) => !(`did.${one}` in audit)), []);
  const worded = Object.keys(audit).filter((key) => key.startsWith("did.")).map((key) => key.slice(4).split(".")[0]);
  assert.deepEqual(worded.filter((family) => !families.has(family)), []);
});

test("every check of the doctor says in words what it is about", () => {
  const table = readFileSync(new URL("../../docs/doctor.md", import.meta.url), "utf8").split("## Checks")[1];
  const rows = table.split("\n").filter((line) => line.startsWith("| `")).map((line) => line.split("|")[1]);
  const checks = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map((found) => found[1]));
  assert.ok(checks.length > 50, `${checks.length} are found`);
  assert.deepEqual(checks.sort(), Object.keys(health).filter((key) => key.startsWith("what.")).map((key) => key.slice(5)).sort());
});
