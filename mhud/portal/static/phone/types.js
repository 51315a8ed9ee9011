// @ts-check
/**
 * The words of the phone. `import { phone } from "../phone/store.js"`; there is one phone per page.
 *
 * Every value below is a signal: read `phone.state.value`, and the page follows it. Nothing here
 * throws at a page: what goes wrong is in `problem`, as a key of `messages/<language>/phone.js`.
 *
 * @typedef {"off" | "starting" | "idle" | "ringing" | "calling" | "talking" | "held" | "dead" |
 *   "offline" | "other-tab" | "refused"} PhoneState
 *   off: not started, or a desk phone; starting: asks for microphone and registers; idle: registered,
 *   no call; ringing: somebody calls; calling: answered by itself, or the test call is set up; talking;
 *   held: by this phone; dead: nothing was heard for 10 s, the line was given up (told until the next
 *   call, or `forget`); offline: the line to Asterisk is lost, it tries again by itself (a call that
 *   stood goes on); other-tab: a newer tab has the phone, `start` takes it back; refused: no
 *   microphone, or no right to a phone: `problem` says which.
 *
 * @typedef {object} PhoneCall
 * @property {string | null} call_id  mhud's id where mhud began the call; else null (the agent's own
 *   state, from `/ws`, says which call it is)
 * @property {string} from  what Asterisk shows of the caller; a number or a name, untrusted text
 * @property {boolean} ours  this page asked for it: it is answered by itself
 * @property {number} since  of `performance.now()`, ms: when it began to ring, or to talk
 *
 * @typedef {object} Device
 * @property {string} id
 * @property {string} label
 *
 * @typedef {object} Checkup
 *   What the test before the first call found. `null`: not looked at yet.
 * @property {"ok" | "refused" | "none" | "silent" | null} microphone
 * @property {"ok" | "lost" | "slow" | "bad" | null} network  lost: no answer; slow: more than 300 ms
 *   there and back; bad: more than 3 % of the packets lost
 * @property {number | null} round_trip_ms
 * @property {number | null} lost_percent
 *
 * @typedef {object} Phone
 * @property {{ readonly value: PhoneState }} state
 * @property {{ readonly value: PhoneCall | null }} call
 * @property {{ readonly value: boolean }} muted
 * @property {{ readonly value: string | null }} problem  a key of messages/<language>/phone.js
 * @property {{ readonly value: number }} level  of the microphone, 0 to 1, while `meter(true)`
 * @property {{ readonly value: Device[] }} microphones
 * @property {{ readonly value: Device[] }} speakers  empty where the browser can't choose
 * @property {{ readonly value: Checkup }} checkup
 * @property {() => Promise<void>} start  by a click, for browsers want one: microphone, secret,
 *   registration; and if a call stood when the page was reloaded, it comes back
 * @property {() => Promise<void>} stop  for signing out: says goodbye to Asterisk
 * @property {() => void} answer
 * @property {() => void} hangup
 * @property {(held: boolean) => void} hold  music for the other party; state becomes held
 * @property {(muted: boolean) => void} mute
 * @property {(key: string) => void} dtmf  one or more of 0-9 A-D * #
 * @property {(asked: Promise<string>) => void} expect  before POST /calls/outbound (or /monitor): the
 *   promise of its call_id. The phone then answers that one call by itself, and no other.
 * @property {() => void} forget  after `dead`: back to idle
 * @property {(on: boolean) => void} meter  while a page shows the level
 * @property {() => Promise<void>} check  microphone and network, by a test call of 3 s to Asterisk;
 *   only in state idle
 * @property {(id: string) => Promise<void>} useMicrophone  at once, in a call too
 * @property {(id: string) => Promise<void>} useSpeaker  at once; rings and voices
 */
export {};
