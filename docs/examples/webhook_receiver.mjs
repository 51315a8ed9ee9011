// Takes webhooks that mhud signed, handles each once, and refuses all others. Node 18 or newer,
// nothing else:
//
//     WEBHOOK_SECRET=whsec_… node webhook_receiver.mjs 9000
//
// Listens on loopback: a proxy with TLS belongs in front of it.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const secret = process.env.WEBHOOK_SECRET;
const key = secret.startsWith("whsec_")
  ? Buffer.from(secret.slice("whsec_".length), "base64")
  : Buffer.from(secret, "utf8");
const toleranceSeconds = 300;
const largest = 1_000_000;
const handled = new Set(); // better: a table, in the transaction of the work

function same(theirs, ours) {
  const [one, other] = [Buffer.from(theirs), Buffer.from(ours)];
  return one.length === other.length && timingSafeEqual(one, other);
}

// The time is signed too, so that an old delivery can't be played again.
function isGenuine(body, headers) {
  const id = headers["webhook-id"];
  const second = headers["webhook-timestamp"];
  const age = Math.abs(Date.now() / 1000 - Number(second));
  if (!id || !(age <= toleranceSeconds)) return false;
  const signed = Buffer.concat([Buffer.from(`${id}.${second}.`), body]);
  const ours = "v1," + createHmac("sha256", key).update(signed).digest("base64");
  // while a secret rotates there are two
  return String(headers["webhook-signature"]).split(" ").some((theirs) => same(theirs, ours));
}

// Quick work only: mhud waits for 5 seconds. What takes longer goes into a queue.
function handle(delivery) {
  console.log(delivery.event_type, delivery.data.call_id);
}

async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > largest) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const server = createServer(async (request, response) => {
  const body = await read(request); // these bytes are signed, not what a parser makes of them
  if (body === null || !isGenuine(body, request.headers)) {
    response.writeHead(400).end();
    return;
  }
  const id = request.headers["webhook-id"];
  if (!handled.has(id)) { // an answer may have been lost: mhud sends again
    handle(JSON.parse(body));
    handled.add(id);
    if (handled.size > 10_000) handled.delete(handled.values().next().value);
  }
  response.writeHead(204).end();
});

server.listen(Number(process.argv[2]), "127.0.0.1", () => {
  console.log(`listening on ${server.address().port}`);
});
