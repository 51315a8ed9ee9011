/**
 * Is there still somebody at the other end of the line? Not: does he say something. A carrier may
 * send nothing while a child is silent; but Asterisk answers the browser's checks of the connection
 * (ICE consent) as long as the call stands there. When those stop too, the line is dead.
 */

const LOOK_MS = 1000;
const DEAD_MS = 10_000;

/**
 * @param {() => RTCPeerConnection | null} connection
 * @param {() => void} died
 * @returns {() => void} ends the watch
 */
export function watchPulse(connection, died) {
  let last = -1;
  let since = performance.now();
  let isOver = false;
  const end = () => {
    isOver = true;
    clearInterval(timer);
  };
  const timer = setInterval(async () => {
    const now = await signs(connection());
    if (isOver) return;
    if (now !== last) [last, since] = [now, performance.now()];
    else if (performance.now() - since >= DEAD_MS) {
      end();
      died();
    }
  }, LOOK_MS);
  return end;
}

/** Everything that came so far: sound, and answers to checks. @param {RTCPeerConnection | null} of */
async function signs(of) {
  let sum = 0;
  (await of?.getStats())?.forEach((/** @type {any} */ one) => {
    if (one.type === "inbound-rtp") sum += one.packetsReceived ?? 0;
    if (one.type === "candidate-pair") sum += (one.responsesReceived ?? 0) + (one.requestsReceived ?? 0);
  });
  return sum;
}
