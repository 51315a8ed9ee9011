// npm asterisk-ami-client: logs in, lists, originates; prints what it got as one line of JSON.
"use strict";

const AmiClient = require("asterisk-ami-client");
const { AMI_PORT, AMI_USERNAME, AMI_SECRET } = process.env;
const client = new AmiClient();
const seen = { members: [], events: [] };

client.on("event", (event) => {
  if (event.Event === "QueueMember") seen.members.push(event.Location);
  if (event.Linkedid === "client-1") seen.events.push(event.Event);
  if (event.Event === "Hangup" && event.Uniqueid === "client-1") finish();
});

async function main() {
  const address = { host: "127.0.0.1", port: Number(AMI_PORT) };
  await client.connect(AMI_USERNAME, AMI_SECRET, address);
  await client.action({ Action: "QueueStatus" }, true);
  const answer = await client.action(
    {
      Action: "Originate",
      Channel: "PJSIP/agent001",
      Context: "outbound",
      Exten: "5550001",
      Priority: 1,
      Async: "true",
      ChannelId: "client-1",
    },
    true,
  );
  seen.originate = answer.Message;
  setTimeout(() => client.action({ Action: "Hangup", Channel: "client-1" }), 2000);
}

function finish() {
  console.log(JSON.stringify(seen));
  client.disconnect();
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
