"""`python -m tests.browser.screenshots docs/images`: the pages of a busy demo, as people see them.

Each is shot on a laptop in light and dark, and on a phone; those that the documents show are named
in SHOWN, the others go where `--all` says, for looking at.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser, ViewportSize, async_playwright

from tests.browser.busy import SETTINGS, busy
from tests.browser.house import House, quiet_site, running_house, template
from tests.browser.sights import address, paths, settled, visitor
from tests.browser.windows import CHROMIUM, LAPTOP, OPTIONS, PHONE, Theme, Windows

# For the documents: page, theme, size.
SHOWN: dict[str, tuple[str, Theme, ViewportSize]] = {
    "wallboard": ("/wallboard", "dark", LAPTOP),
    "desk": ("/panel", "light", LAPTOP),
    "case": ("/cases/:id", "light", LAPTOP),
    "supervision": ("/supervisor", "light", LAPTOP),
    "statistics": ("/statistics", "light", LAPTOP),
}


async def shoot(windows: Windows, name: str, path: str, theme: Theme, size: ViewportSize) -> bytes:
    """PNG."""
    page = await windows.open(
        await address(windows.house, path), who=visitor(path), theme=theme, size=size
    )
    await settled(page)
    print(name)
    return await page.screenshot()


async def _documents(windows: Windows, folder: Path) -> None:
    for name, (path, theme, size) in SHOWN.items():
        (folder / f"{name}.png").write_bytes(await shoot(windows, name, path, theme, size))


async def _all(windows: Windows, folder: Path) -> None:
    looks: list[tuple[str, Theme, ViewportSize]] = [
        ("light", "light", LAPTOP),
        ("dark", "dark", LAPTOP),
        ("phone", "light", PHONE),
    ]
    for path in paths():
        for look, theme, size in looks:
            name = f"{path.strip('/').replace('/', '-').replace(':', '')}-{look}"
            (folder / f"{name}.png").write_bytes(await shoot(windows, name, path, theme, size))
        await windows.close()
        windows.contexts.clear()


async def _run(folder: Path, everything: bool) -> None:
    with tempfile.TemporaryDirectory() as work:
        filled = await template(Path(work) / "template")
        async with (
            running_house(filled, Path(work) / "data", quiet_site(), **SETTINGS) as house,
            async_playwright() as playwright,
        ):
            await busy(house)
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS])
            await _shoot_all(browser, house, folder, everything)
            await browser.close()


async def _shoot_all(browser: Browser, house: House, folder: Path, everything: bool) -> None:
    windows = Windows(browser, house)
    await (_all if everything else _documents)(windows, folder)
    await windows.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="every page, in three looks")
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_run(wanted.folder, wanted.all))


if __name__ == "__main__":
    main()
