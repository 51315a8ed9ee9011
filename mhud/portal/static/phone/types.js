// @ts-check
/**
 * The words of the phone. `import { phone } from "../phone/store.js"`; there is one phone per page.
 *
 * Every value below is a signal: read `phone.state.value`, and the page follows it. Nothing here
 * throws at a page: what goes wrong is in `problem`, as a key of `messages/<language>/phone.js` ("phone" among a page's messages).
 *
 * @typedef {"off" | "starting" | "idle" | "ringing" | "talking" | "held" | "dead" | "testing" |
 *   "offline" | "other-tab" | "refused"} PhoneState
 *   off: not started, or a desk phone (`kind` says which); starting: asks for microphone and
 *   registers; idle: registered, no call; ringing: somebody calls; talking; held: by this phone; dead:
 *   nothing came for 10 s, the line was given up (until the next call, or `forget`); testing: the test
 *   call of `check`; offline: no call, and the line to Asterisk is lost: it comes back by itself;
 *   other-tab: a newer tab has the phone, `start` takes it back; refused: `problem` says why,
 *   and no call comes: so also when a call has ended whose microphone is gone.
 *   A call goes on while the line to Asterisk is lost: its state stays, and `online` is false.
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
 * @property {"ok" | "silent" | null} microphone
 * @property {"ok" | "lost" | "slow" | "bad" | null} network  lost: no answer; slow: more than 300 ms
 *   there and back; bad: more than 3 % of the packets lost
 * @property {number | null} round_trip_ms
 * @property {number | null} lost_percent
 *
 * @typedef {object} Phone
 * @property {{ readonly value: PhoneState }} state
 * @property {{ readonly value: PhoneCall | null }} call
 * @property {{ readonly value: "browser" | "desk" | null }} kind  null: not asked yet, or no phone
 * @property {{ readonly value: boolean }} online  registered with Asterisk
 * @property {{ readonly value: boolean }} muted
 * @property {{ readonly value: string | null }} problem  what to tell him: a whole key for `t`, as
 *   "phone.microphone_refused"; load the messages of "phone"
 * @property {{ readonly value: number }} level  of the microphone, 0 to 1, while `meter(true)`
 * @property {{ readonly value: Device[] }} microphones
 * @property {{ readonly value: Device[] }} speakers  empty where the browser can't choose
 * @property {{ readonly value: string }} microphone  the id of the one in use
 * @property {{ readonly value: string }} speaker  the id of the one in use; "": the system's own
 * @property {{ readonly value: Checkup }} checkup
 * @property {() => Promise<void>} start  at sign-in and after each load of the panel: microphone,
 *   secret, registration; a call that stood when the page was reloaded comes back. With a desk phone
 *   it only learns that. While it runs or has run, another one does nothing.
 * @property {() => Promise<void>} stop  for signing out: says goodbye to Asterisk
 * @property {() => void} answer
 * @property {() => void} hangup
 * @property {(held: boolean) => void} hold  music for the other party; state becomes held
 * @property {(muted: boolean) => void} mute
 * @property {(key: string) => void} dtmf  one or more of 0-9 A-D * #
 * @property {(asked: Promise<string>) => void} expect  before POST /calls/outbound (or /monitor): the
 *   promise of its call_id. The phone then answers that one call by itself, and no other.
 * @property {() => void} forget  what went wrong is read; after `dead`: back to idle
 * @property {(on: boolean) => void} meter  while a page shows the level
 * @property {() => Promise<void>} check  microphone and network, by a test call of 3 s to Asterisk;
 *   only in state idle
 * @property {(id: string) => Promise<void>} useMicrophone  at once, in a call too
 * @property {(id: string) => Promise<void>} useSpeaker  at once; rings and voices
 */
export {};
