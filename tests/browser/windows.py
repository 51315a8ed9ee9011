"""Windows of a real browser in which people of the helpline work, and all that they complain of.

A test fails at its end for each violation of the policy, error on the console, error that no code
caught, and request to another machine; whoever provokes an error says so with `expects`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from mhud.web.cookie import NAME
from tests.browser.house import House

CHROMIUM = "/usr/bin/chromium"
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")  # CI is root
LAPTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
WAIT_MS = 15_000
# nothing moves while it is looked at
HABITS: dict[str, Any] = {
    "locale": "en-GB",
    "timezone_id": "Africa/Nairobi",
    "reduced_motion": "reduce",
}
Theme = Literal["dark", "light"]
# the browser's own words, in the page's world before any script of ours
WATCH = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
expect.set_options(timeout=WAIT_MS)


@dataclass(slots=True)
class Windows:
    """`complaints` are what is wrong so far; `expected` are parts of those that a test wants."""

    browser: Browser
    house: House
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def open(
        self,
        path: str = "/",
        *,
        who: str | None = None,
        theme: Theme = "light",
        size: ViewportSize = LAPTOP,
        **options: Any,
    ) -> Page:
        """A browser of its own. `who` is signed in; `options` are the context's."""
        context = await self.browser.new_context(
            viewport=size,
            color_scheme=theme,
            base_url=self.house.base,
            **{**HABITS, **options},
        )
        self.contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        await context.add_init_script(WATCH)
        if who is not None:
            await self.sign_in(context, who)
        return await self.tab(context, path)

    async def tab(self, context: BrowserContext, path: str = "/") -> Page:
        """One more of the same browser."""
        page = await context.new_page()
        self._listen(page)
        await page.goto(path)
        return page

    async def sign_in(self, context: BrowserContext, who: str) -> None:
        value = await self.house.cookie(who)
        await context.add_cookies([{"name": NAME, "value": value, "url": self.house.base}])

    def expects(self, *parts: str) -> None:
        """The browser itself reports each answer that is an error; here they are wanted."""
        self.expected.extend(parts)

    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(part in one for part in self.expected)]

    async def close(self) -> None:
        for context in self.contexts:
            await context.close()

    def _listen(self, page: Page) -> None:
        told = self.complaints

        def said(message: Any) -> None:
            if message.type in ("error", "warning"):
                told.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

        def asked(request: Any) -> None:
            if not request.url.startswith((self.house.base, "data:", "blob:")):
                told.append(f"elsewhere: {request.url}")

        page.on("console", said)
        page.on("request", asked)
        page.on("pageerror", lambda error: told.append(f"uncaught: {error}"))
