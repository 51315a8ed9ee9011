"""A walk over a page by Tab: what is reached, and whether one sees where one is."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Page

STEPS = 20  # between looks
MOST = 600
# What takes a click can be reached: by Tab, or by arrows in what moves its focus itself.
BEGIN = """() => {
  document.activeElement?.blur(); // what has the focus now looks like it
  const look = (one) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } =
      getComputedStyle(one);
    return [outlineStyle === "none" ? "" : outlineWidth + outlineColor, boxShadow, borderColor,
      backgroundColor].join(" ");
  };
  const name = (one) => `${one.tagName.toLowerCase()}.${one.className} ` +
    (one.getAttribute("aria-label") ?? one.textContent ?? "").trim().slice(0, 40);
  const takes = "a[href], button, input, select, textarea, summary, audio[controls], [tabindex]";
  const roving = "[role=tablist], [role=menu], [role=listbox], [role=radiogroup], tbody";
  const visible = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled &&
    !one.closest("[inert]") && !one.matches(":disabled");
  const isStop = (one) => !(one.type === "radio" && !one.checked &&
    document.querySelector(`[name="${CSS.escape(one.name)}"]:checked`)) &&
    !(one.tabIndex < 0 && one.closest(roving)) && !one.matches("main, h1, [role=tabpanel]");
  const wanted = [...document.querySelectorAll(takes)].filter((one) => visible(one) && isStop(one));
  const before = new Map(wanted.map((one) => [one, look(one)]));
  const seen = new Set(), unseen = new Set();
  let last = null, again = 0;
  window.keyboardWalk = () => ({
    missed: [...before.keys()].filter((one) => one.isConnected && visible(one) && !seen.has(one))
      .map(name),
    unseen: [...unseen].map(name), stuck: again > 2 ? [name(last)] : [], reached: seen.size,
  });
  document.addEventListener("focusin", ({ target }) => {
    again = target === last ? again + 1 : 0;
    last = target;
    seen.add(target);
    if (before.has(target) && look(target) === before.get(target)) unseen.add(target);
  });
}"""


@dataclass(frozen=True, slots=True)
class Walk:
    """Each names elements: not reached; reached without being marked; not left again."""

    missed: list[str]
    unseen: list[str]
    stuck: list[str]
    reached: int


async def walk(page: Page) -> Walk:
    """As long as Tab leads to something new."""
    await page.evaluate(BEGIN)
    known = -1
    for _ in range(MOST // STEPS):
        for _ in range(STEPS):
            await page.keyboard.press("Tab")
        found = Walk(**await page.evaluate("keyboardWalk()"))
        if not found.missed or found.reached == known:
            break
        known = found.reached
    return found
