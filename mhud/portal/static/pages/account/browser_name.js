import { t } from "../../app/i18n.js";

/** The first that fits: others call themselves Chrome and Safari too. @type {[RegExp, string][]} */
const BROWSERS = [
  [/Edg\//, "Edge"], [/OPR\//, "Opera"], [/Firefox\//, "Firefox"], [/Chrom(e|ium)\//, "Chrome"], [/Safari\//, "Safari"],
];
/** @type {[RegExp, string][]} */
const SYSTEMS = [
  [/Android/, "Android"], [/iPhone|iPad/, "iOS"], [/Windows/, "Windows"], [/Mac OS X/, "macOS"], [/Linux/, "Linux"],
];

/** "Firefox, Windows"; what is none of these by its first word. @param {string | null} agent */
export function browserOf(agent) {
  if (!agent) return t("account.unknown_browser");
  const found = [nameIn(BROWSERS, agent), nameIn(SYSTEMS, agent)].filter(Boolean);
  return found.length ? found.join(", ") : agent.slice(0, 40);
}

/** @param {[RegExp, string][]} names @param {string} agent */
const nameIn = (names, agent) => names.find(([sign]) => sign.test(agent))?.[1];
