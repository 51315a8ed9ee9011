// npm asterisk-manager: logs in, lists, originates; prints what it got as one line of JSON.
"use strict";

const { AMI_PORT, AMI_USERNAME, AMI_SECRET } = process.env;
const connect = require("asterisk-manager");
const ami = connect(AMI_PORT, "127.0.0.1", AMI_USERNAME, AMI_SECRET, true);
const seen = { members: [], events: [] };

const ask = (action) =>
  new Promise((resolve, reject) => {
    ami.action(action, (error, answer) => (error ? reject(error) : resolve(answer)));
  });

ami.on("managerevent", (event) => {
  if (event.event === "QueueMember") seen.members.push(event.location);
  if (event.event === "QueueStatusComplete") originate();
  if (event.linkedid === "manager-1") seen.events.push(event.event);
  if (event.event === "Hangup" && event.uniqueid === "manager-1") finish();
});
ami.on("connect", () => ask({ action: "QueueStatus" }).catch(fail));

async function originate() {
  try {
    const answer = await ask({
      action: "Originate",
      channel: "PJSIP/agent001",
      context: "outbound",
      exten: "5550001",
      priority: 1,
      async: "true",
      channelid: "manager-1",
    });
    seen.originate = answer.message;
    setTimeout(() => ask({ action: "Hangup", channel: "manager-1" }).catch(fail), 2000);
  } catch (error) {
    fail(error);
  }
}

function finish() {
  console.log(JSON.stringify(seen));
  process.exit(0);
}

function fail(error) {
  console.error(error);
  process.exit(1);
}
