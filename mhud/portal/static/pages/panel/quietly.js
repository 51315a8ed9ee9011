import { toast } from "../../kit/index.js";
import { say } from "../../app/errors.js";

/** What a key does: a failure is said. @param {() => Promise<unknown>} act */
export function quietly(act) {
  act().catch((error) => toast(say(error), "bad"));
}
