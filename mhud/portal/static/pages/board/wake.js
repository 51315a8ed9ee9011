/** Keeps the screen on, where the browser can; it lets go when the page is hidden. Returns what ends it. */
export function stayAwake() {
  /** @type {WakeLockSentinel | undefined} */
  let lock;
  let isOver = false;
  const ask = async () => {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    lock = await navigator.wakeLock.request("screen").catch(() => undefined); // refused on battery
    if (isOver) void lock?.release();
  };
  void ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
