"""Room for words: in both languages, on each screen, enlarged, and spaced out."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.sights import TOO_WIDE, address, comes_to, is_whole, paths, visitor
from tests.browser.windows import LAPTOP, PHONE, Windows

TABLET: ViewportSize = {"width": 768, "height": 1024}
ENLARGED: ViewportSize = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %: WCAG 1.4.10
ROOMS = {"laptop": LAPTOP, "tablet": TABLET, "phone": PHONE, "enlarged": ENLARGED}
LANGUAGES = {"en-GB": "en", "sw": "sw"}
# What is cut off without saying so: an ellipsis says it, and what is scrolled can be reached.
CUT = """() => [...document.querySelectorAll("body *")].filter((one) => {
  if (!one.checkVisibility() || one.closest("svg, .chart-box")) return false;
  const { overflowX, textOverflow, display, clipPath } = getComputedStyle(one);
  if (clipPath !== "none") return false; // for screen readers only
  const isButton = one.matches("button, .button, [role=tab], .badge");
  const hides = ["hidden", "clip"].includes(overflowX) && textOverflow !== "ellipsis";
  return display !== "inline" && (isButton || hides) && one.scrollWidth > one.clientWidth + 1;
}).map((one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 60)}`)"""
# WCAG 1.4.12, by CSSOM: the policy allows no style of ours.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""


async def _all_is_there(page: Page, where: str) -> None:
    await comes_to(page, f"Math.max(0, {TOO_WIDE})", 0, where)
    await comes_to(page, CUT, [], where)


@pytest.mark.parametrize("path", paths())
async def test_no_word_of_a_page_is_cut_off(tour: Windows, path: str) -> None:
    for locale, language in LANGUAGES.items():
        page = await tour.open(await address(tour.house, path), who=visitor(path), locale=locale)
        await is_whole(page)
        await expect(page.locator("html")).to_have_attribute("lang", language)
        for name, room in ROOMS.items():
            await page.set_viewport_size(room)
            await _all_is_there(page, f"{language}, {name}")
        await page.evaluate(SPACED)
        for name in ("laptop", "phone"):
            await page.set_viewport_size(ROOMS[name])
            await _all_is_there(page, f"{language}, {name}, spaced out")


async def test_with_forced_colors_one_sees_where_one_is_and_what_is_chosen(tour: Windows) -> None:
    page = await tour.open("/#/supervisor", who="jsmith", forced_colors="active")
    await is_whole(page)
    look = "(all, name) => all.map((one) => getComputedStyle(one)[name])"
    tabs = page.locator("[role=tab]")
    chosen, *others = await tabs.evaluate_all(look, "borderBottomColor")
    assert others
    assert chosen not in others
    here = await page.locator(".nav [aria-current]").evaluate_all(look, "backgroundColor")
    elsewhere = await page.locator(".nav a:not([aria-current])").evaluate_all(
        look, "backgroundColor"
    )
    assert set(here) & set(elsewhere) == set()


async def test_who_wants_no_motion_sees_none(tour: Windows) -> None:
    page = await tour.open("/#/panel", who="operator_john")
    await is_whole(page)
    moving = "() => document.getAnimations().length"
    assert await page.evaluate(moving) == 0
