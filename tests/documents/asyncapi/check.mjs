// `node check.mjs FILE` prints, as JSON, what the parser understood and what it has to say.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const said = diagnostics.map(({ severity, code, path, message }) => ({ severity, code, path, message }));
const messages = document?.messages().all().map((one) => one.name()) ?? [];
console.log(JSON.stringify({ version: document?.version(), messages, said }));
