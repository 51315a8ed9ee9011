"""Which pages there are, by the portal's own list: a new page is looked at without being told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import Page, expect

from mhud.portal import STATIC

LIST = Path(STATIC) / "app" / "pages.js"
PATH = re.compile(r'\bpath: "([^"]+)"')
# A page about one thing is looked at with a thing of the demo.
EXAMPLES: dict[str, str] = {}
# Who sees most of a page; an administrator, where nobody else is named.
WHO: dict[str, str] = {}
ADMIN = "admin_alice"


def paths() -> list[str]:
    """As they are written in the list: `/cases/:id`."""
    found = PATH.findall(LIST.read_text())
    assert found, f"no page is found in {LIST}"
    return found


def address(path: str, examples: Mapping[str, str] = EXAMPLES) -> str:
    """Raises KeyError for a page about one thing that has no example."""
    return "/#" + (examples[path] if ":" in path else path)


def visitor(path: str) -> str:
    return WHO.get(path, ADMIN)


async def settled(page: Page) -> None:
    """All that it has to say is there."""
    await expect(page.locator("main h1").first).to_be_visible()
    await expect(page.locator(".loading, [aria-busy=true]")).to_have_count(0)
