"""The pages' scripts themselves: their types, their style, their own tests, and what they weigh."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Request

from mhud.portal import STATIC
from tests.browser.sights import address, settled
from tests.browser.windows import Windows

ROOT = Path(__file__).parents[2]
OWN_TESTS = ROOT / "tests" / "portal"
TOOLS = "tests/browser/npm"
TSC = (f"{TOOLS}/node_modules/typescript/bin/tsc", "--project", TOOLS)
ESLINT = (
    f"{TOOLS}/node_modules/eslint/bin/eslint.js",
    *("--config", f"{TOOLS}/eslint.config.mjs", "--max-warnings", "0"),
    *("--ignore-pattern", "**/vendor/**", "--ignore-pattern", "**/docs.js"),
    *("mhud/portal/static", "tests/portal"),
)
MOST_BYTES = 250_000
DESK = ("/panel", "/cases", "/cases/:id", "/cases/new", "/clients", "/account")


async def _node(*arguments: str) -> tuple[int, str]:
    """Exit status, and all that it prints."""
    process = await asyncio.create_subprocess_exec(
        "node",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


async def test_their_types_are_right() -> None:
    status, printed = await _node(*TSC)
    assert status == 0, printed


async def test_their_style_is_kept() -> None:
    status, printed = await _node(*ESLINT)
    assert status == 0, printed


async def test_their_own_tests_pass() -> None:
    files = [str(path) for path in sorted(OWN_TESTS.glob("*.test.*js"))]
    assert files
    status, printed = await _node("--test", *files)
    assert status == 0, printed


async def test_what_a_counsellor_loads_weighs_little_with_the_phone(tour: Windows) -> None:
    """As it goes over the line; the phone's library is brought when the phone is turned on."""
    page = await tour.open("about:blank", who="operator_john")
    weights: dict[str, int] = {}

    async def weigh(request: Request) -> None:
        if request.resource_type == "script":
            weights[request.url] = (await request.sizes())["responseBodySize"]

    page.on("requestfinished", weigh)
    for path in DESK:
        await page.goto("about:blank")
        await page.goto(await address(tour.house, path))
        await settled(page)
    await page.evaluate("import('/portal/vendor/jssip.js').then(() => null)")
    assert f"{tour.house.base}/portal/vendor/jssip.js" in weights
    assert sum(weights.values()) < MOST_BYTES, weights


def test_none_of_them_writes_markup_or_runs_a_text() -> None:
    sinks = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(")
    ours = [path for path in Path(STATIC).rglob("*.js") if "vendor" not in path.parts]
    own = [path for path in ours if path.name != "docs.js"]
    found = [f"{path.name}: {sink}" for path in own for sink in sinks if sink in path.read_text()]
    assert own
    assert found == []
