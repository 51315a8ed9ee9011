/** The server may be a newer one than these pages: it goes on with the old ones until they are loaded again. */
import { effect, signal } from "../vendor/kit.js";
import { request } from "./api.js";
import { ApiError } from "./errors.js";
import { status } from "./live.js";

/** There is another version of these pages. @type {import("../vendor/kit.js").Signal<boolean>} */
export const isOutdated = signal(false);

/** None where modules are served one by one. */
const mine = document.querySelector("meta[name=version]")?.getAttribute("content");

/** Called once, at the start: a server that was started anew was away for a while. */
export function watchVersion() {
  let wasLost = false;
  effect(() => {
    if (status.value === "lost") wasLost = true;
    if (status.value === "live" && wasLost) void ask();
  });
}

/** Whoever is not told now is told the next time. */
async function ask() {
  const answer = await request("HEAD", "/", { anonymous: true }).catch((error) => {
    if (!(error instanceof ApiError)) throw error;
  });
  const theirs = answer?.etag?.replaceAll(/^W\/|"/g, ""); // a proxy that packs makes it a weak one
  isOutdated.value = !!mine && !!theirs && theirs !== mine;
}
