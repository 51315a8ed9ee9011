/** JsSIP's user agent: how this page is signed in with Asterisk, at mhud's own address. */

export const DOMAIN = "mhud.invalid"; // Asterisk knows phones by their name alone
export const FINAL = 4000; // close codes from here on: coming back by itself would be a fight

/** @typedef {any} Agent of JsSIP */

/** @param {{username: string, secret: string}} line @returns {Promise<Agent>} not started yet */
export async function makeAgent({ username, secret }) {
  const JsSIP = /** @type {any} */ ((await import("../vendor/jssip.js")).default);
  JsSIP.debug.disable();
  const address = new URL("/phone", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(address.href)],
    uri: `sip:${username}@${DOMAIN}`,
    authorization_user: username,
    password: secret,
    register_expires: 120,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 8,
    user_agent: "mhud",
  });
}

/** Until it is registered. @param {Agent} agent @throws {Error} when mhud or Asterisk refuses */
export const signIn = (agent) =>
  new Promise((resolve, reject) => {
    agent.on("registered", resolve);
    agent.on("registrationFailed", (/** @type {any} */ why) => {
      if (why.response) reject(new Error(`refused: ${why.response.status_code}`));
    });
    agent.on("disconnected", (/** @type {any} */ why) => {
      if (why.code >= FINAL) reject(new Error(`closed: ${why.code}`));
    });
    agent.start();
  });
