// A consumer, as the compiler sees him: what is right compiles, what is wrong does not.
import type {
  CallObject,
  Operations,
  OutboundCall,
  SocketEvent,
  SocketMessage,
  Webhook,
} from "./mhud";

type Name = keyof Operations;

async function ask<N extends Name>(name: N, body: Operations[N]["body"]): Promise<Operations[N]["answer"]> {
  const [method, path] = name.split(" ");
  const answer = await fetch(path!, { method: method!, body: JSON.stringify(body) });
  return (await answer.json()) as Operations[N]["answer"];
}

export async function callBack(number: string): Promise<string> {
  const call: OutboundCall = { agent_id: "agent001", destination: number };
  const started = await ask("POST /api/v1/calls/outbound", call);
  return started.call_id;
}

export async function waiting(): Promise<CallObject[]> {
  const active = await ask("GET /api/v1/calls/active", undefined);
  return active.calls.filter((call) => call.status === "queued");
}

export function told(event: SocketEvent): string {
  switch (event.type) {
    case "call.ended":
      return "end_reason" in event.call ? String(event.call.end_reason) : event.call.id;
    case "agent.status_changed":
      return `${event.agent.id} is ${event.agent.status}`;
    case "queue.threshold_exceeded":
      return `${event.queue.id} at ${event.value}`;
    default:
      return event.type;
  }
}

export function position(message: SocketMessage): number | undefined {
  return "seq" in message ? message.seq : undefined;
}

export function received(webhook: Webhook): string {
  return webhook.event_type === "call.ended" ? webhook.webhook_id : webhook.timestamp;
}

// @ts-expect-error: there is no such field
export const misspelt: OutboundCall = { agent: "agent001", destination: "+254711000111" };
// @ts-expect-error: there is no such operation
export type Unknown = Operations["GET /api/v1/nowhere"];
// @ts-expect-error: there is no such status
export const dozing: CallObject["status"] = "dozing";
