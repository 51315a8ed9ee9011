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
NOT_OURS = ("vendor/swagger-ui-dist/", "docs.js")  # of /docs


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
    files = [str(path) for path in sorted(OWN_TESTS.glob("*.test.js"))]
    assert files
    status, printed = await _node("--test", *files)
    assert status == 0, printed


def test_all_of_them_weigh_little_with_the_phone() -> None:
    files = {path.relative_to(STATIC).as_posix(): path for path in Path(STATIC).rglob("*.js")}
    served = [path for name, path in files.items() if not name.startswith(NOT_OURS)]
    assert "vendor/jssip.js" in files
    assert sum(len(gzip.compress(path.read_bytes())) for path in served) < MOST_BYTES


def test_none_of_them_writes_markup_or_runs_a_text() -> None:
    sinks = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(")
    ours = [path for path in Path(STATIC).rglob("*.js") if "vendor" not in path.parts]
    own = [path for path in ours if path.name != "docs.js"]
    found = [f"{path.name}: {sink}" for path in own for sink in sinks if sink in path.read_text()]
    assert own
    assert found == []
