"""The pages' scripts themselves: their types, their style, their own tests, and what they weigh."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

from mhud.portal import STATIC

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


def test_all_of_them_weigh_little_with_chart_and_phone() -> None:
    """As they are built and sent: packed, our own in one file."""
    built = [Path(STATIC) / "vendor" / name for name in ("pages.js", "uplot.js", "jssip.js")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in built) < MOST_BYTES


def test_none_of_them_writes_markup_or_runs_a_text() -> None:
    sinks = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(")
    ours = [path for path in Path(STATIC).rglob("*.js") if "vendor" not in path.parts]
    own = [path for path in ours if path.name != "docs.js"]
    found = [f"{path.name}: {sink}" for path in own for sink in sinks if sink in path.read_text()]
    assert own
    assert found == []
