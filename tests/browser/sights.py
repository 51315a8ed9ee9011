"""Which pages there are, by the portal's own list: a new page is looked at without being told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from mhud.portal import STATIC
from tests.browser.asking import done
from tests.browser.house import WAIT_S, House

LIST = Path(STATIC) / "app" / "pages.js"
PATH = re.compile(r'\bpath: "([^"]+)"')
Finder = Callable[[House], Awaitable[str]]


def _of_list(path: str, key: str, name: str = "id") -> Finder:
    """The first thing in a list. `key` is the list's in the answer, `name` what leads to one."""

    async def find(house: House) -> str:
        found = await done(house, "GET", path)
        return str(found[key][0][name])

    return find


async def _invitation(house: House) -> str:
    user = house.services.access.known.names["operator_john"].id
    made = await done(house, "POST", f"/helpline/api/users/{user}/invite")
    return str(made["data"]["token"])


async def _webhook(house: House) -> str:
    wish = {"url": "http://127.0.0.1:9/hook", "events": ["call.ended"]}
    return str((await done(house, "POST", "/api/v1/webhooks", wish))["id"])


# A page about one thing is looked at with a thing of the demo.
EXAMPLES: dict[str, Finder] = {
    "/api-keys/:id": _of_list("/api/v1/keys", "keys"),
    "/cases/:id": _of_list("/helpline/api/cases", "data"),
    "/clients/:id": _of_list("/api/v1/clients/search?query=j", "clients"),
    "/queues/:id": _of_list("/api/v1/queues", "queues"),
    "/reports/:id": _of_list("/api/v1/reports", "reports", "report_id"),
    "/users/:id": _of_list("/helpline/api/users", "data"),
    "/webhooks/:id": _webhook,
    "/welcome/:token": _invitation,
}
# Who sees most of a page; an administrator, where nobody else is named.
WHO = {"/panel": "operator_john", "/wallboard": "jsmith", "/supervisor": "jsmith"}
ADMIN = "admin_alice"
# In px; 0 where nothing has to be scrolled sideways.
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LIVE = re.compile("^(Live|Moja kwa moja)$")
DRAWN = "() => new Promise(requestAnimationFrame)"


def paths() -> list[str]:
    """As they are written in the list: `/cases/:id`."""
    found = PATH.findall(LIST.read_text())
    assert found, f"no page is found in {LIST}"
    return found


async def address(house: House, path: str) -> str:
    """Raises KeyError for a page about one thing that has no example."""
    before, colon, _ = path.partition(":")
    return f"/#{before}{await EXAMPLES[path](house)}" if colon else f"/#{path}"


def visitor(path: str) -> str:
    return WHO.get(path, ADMIN)


async def settled(page: Page) -> None:
    """All that it has to say is there."""
    await expect(page.locator("main h1").first).to_be_visible()
    await expect(page.locator(".loading, [aria-busy=true]")).to_have_count(0)


async def is_live(page: Page) -> None:
    """From now on it hears of whatever happens."""
    await expect(page.locator(".bar-line")).to_have_text(LIVE)


async def is_whole(page: Page) -> None:
    """Settled, also with what comes over the line, as a call does; for houses that have a PBX."""
    await settled(page)
    if await page.locator(".bar").count():
        await is_live(page)
        await page.evaluate(DRAWN)
        await settled(page)


async def comes_to(page: Page, script: str, wanted: Any, where: str = "") -> None:
    """What the script finds is this, as soon as the page has fitted itself to its room."""
    loop = asyncio.get_running_loop()
    end = loop.time() + WAIT_S
    while (found := await page.evaluate(script)) != wanted and loop.time() < end:
        await page.evaluate(DRAWN)
    assert found == wanted, where
