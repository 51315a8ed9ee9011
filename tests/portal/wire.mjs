// The other end of a line, so that a test says what comes, and no time passes.
import { LiveSocket } from "../../mhud/portal/static/app/live_socket.js";

export class Wire {
  lines = [];
  later = [];
  told = [];

  constructor() {
    this.socket = new LiveSocket(
      {
        event: (event) => this.told.push(event.seq),
        fresh: () => this.told.push("fresh"),
        live: () => this.told.push("live"),
        lost: (why) => this.told.push(why),
      },
      { open: () => this.#open(), later: (run) => this.later.push(run) },
    );
  }

  /** The line that was opened last. */
  get line() {
    return this.lines.at(-1);
  }

  /** Whatever waited for its time has it now. */
  pass() {
    this.later.splice(0).forEach((run) => run());
  }

  #open() {
    const line = { sent: [], isClosed: false };
    line.send = (text) => line.sent.push(JSON.parse(text));
    line.close = () => (line.isClosed = true);
    line.say = (message) => line.onmessage({ data: JSON.stringify(message) });
    line.event = (seq, more = {}) => line.say({ seq, type: "call.new", timestamp: "2025-03-07T10:15:30Z", ...more });
    line.drop = (code = 1006) => line.onclose({ code });
    this.lines.push(line);
    return line;
  }
}

/** A line that is up: everything before `seq` is in the state that was read. */
export function connected(seq = 10) {
  const wire = new Wire();
  wire.socket.start();
  wire.line.say({ type: "auth.ok", seq });
  wire.line.say({ type: "subscribe.ok", seq });
  wire.told.length = 0;
  return wire;
}
