// Runs the printed WebSocket snippet (snippet.js, made by the test) with ws in the browser's place,
// until both of its handlers were called.
"use strict";

const WebSocket = require("ws");
const seen = {};

function keep(name, object) {
  seen[name] = object;
  if (Object.keys(seen).length < 2) return;
  console.log(JSON.stringify(seen));
  process.exit(0);
}

globalThis.WebSocket = WebSocket;
globalThis.handleNewCall = (call) => keep("call", call);
globalThis.handleAgentStatusChange = (agent) => keep("agent", agent);
require("./snippet.js");
