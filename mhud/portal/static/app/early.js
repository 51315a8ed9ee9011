// Before anything is painted, and where nothing else comes: no module, no message file.
(() => {
  try {
    const theme = localStorage.getItem("theme"); // so that no wrong one flashes
    if (theme) document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is switched off: the system's theme it is.
  }
  addEventListener("error", ({ target }) => {
    if (target instanceof HTMLScriptElement) document.getElementById("unloaded")?.removeAttribute("hidden");
  }, true);
})();
