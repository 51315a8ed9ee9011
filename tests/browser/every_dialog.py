"""Every dialog that a page's buttons and menus open, without anything being done by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, Route, expect

from tests.browser.sights import is_whole

Look = Callable[[Page], Awaitable[None]]

# What leads elsewhere, sorts or shows something else of the page opens no dialog.
BUTTONS = (
    "main button:not(:disabled):not([role=tab]):not([role^=menuitem]):not([aria-pressed])"
    ":not(.table-sort):not(.link):not([type=submit])"
)
ITEMS = "[role=menu] [role=menuitem]:not(:disabled)"
OPEN = "dialog[open]"
DRAWN = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"
BACK_MS = 3000
IN_SEARCH = "document.activeElement.matches('dialog [type=search]')"
NAME = "one => (one.getAttribute('aria-label') ?? one.textContent).trim()"


@dataclass(slots=True)
class Walk:
    """`seen`: titles of dialogs. `lost`: those after which the focus was not where it had been."""

    page: Page
    look: Look
    seen: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    async def all(self) -> None:
        """Of the page as it stands there; one of several buttons with the same name."""
        await self.page.route("**/*", _nothing_is_done)
        address = self.page.url
        at = 0
        while at < await self.page.locator(BUTTONS).count():  # a live page may show more meanwhile
            button = self.page.locator(BUTTONS).nth(at)
            if await self._is_new(button):
                await self._press(button, address)
            at += 1

    async def _is_new(self, button: Locator) -> bool:
        name = str(await button.evaluate(NAME))
        is_new = name not in self.names and await button.is_visible()
        self.names.add(name)
        return is_new

    async def _press(self, button: Locator, address: str) -> None:
        if await button.get_attribute("aria-haspopup") == "menu":
            await self._menu(button, address)
        else:
            await button.press("Enter")
            await self._dialog(button, address)

    async def _menu(self, button: Locator, address: str) -> None:
        await button.press("Enter")
        await self.page.evaluate(DRAWN)
        count = await self.page.locator(ITEMS).count()
        await self.look(self.page)
        await self.page.keyboard.press("Escape")
        await expect(button).to_be_focused()
        for at in range(count):
            await button.press("Enter")
            await self.page.locator(ITEMS).nth(at).press("Enter")
            await self._dialog(button, address)

    async def _dialog(self, opener: Locator, address: str) -> None:
        await self.page.evaluate(DRAWN)
        dialog = self.page.locator(OPEN)
        if await dialog.count():
            title = (await dialog.locator("h2").first.inner_text()).strip()
            await expect(dialog.locator(".loading, [aria-busy=true]")).to_have_count(0)
            self.seen.append(title)
            assert await self.page.evaluate("!!document.activeElement.closest('dialog')"), title
            await self.look(self.page)
            await self.page.keyboard.press("Escape")
            await self.page.evaluate(DRAWN)
            if await self.page.evaluate(IN_SEARCH):
                await self.page.keyboard.press("Escape")  # the first one emptied the field
            await expect(dialog).to_have_count(0)
            await self._returned(opener, title)
        elif self.page.url != address:
            await self.page.goto(address)
            await self.page.evaluate(DRAWN)
            await is_whole(self.page)

    async def _returned(self, opener: Locator, title: str) -> None:
        try:
            await expect(opener).to_be_focused(timeout=BACK_MS)
        except AssertionError:
            self.lost.append(title)


async def _nothing_is_done(route: Route) -> None:
    if route.request.method in ("GET", "HEAD"):
        await route.fallback()
    else:
        await route.fulfill(status=503, json={"error": True})
