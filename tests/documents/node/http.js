// Calls the two functions of the printed axios sample (sample.js, made by the test).
"use strict";

const { getActiveCalls, updateAgentStatus } = require("./sample.js");

async function main() {
  const calls = await getActiveCalls();
  const changed = await updateAgentStatus("agent001", "on-break", "lunch");
  const refused = await updateAgentStatus("nobody", "on-break", "lunch").catch((error) => ({
    status: error.response.status,
    data: error.response.data,
  }));
  console.log(JSON.stringify({ calls, changed, refused }));
}

main().catch(() => process.exit(1));
