"""The rules of the house, read from the source: imports point one way, AMI names stay in ami/."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).parent.parent / "mhud"
MODULES = sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)
FREE = {
    "errors",
    "clock",
    "ids",
    "config",
    "config_types",
    "inbox",
    "numbers",
    "packed",
    "vitals",
    "sealed",
    "vault",
    "outside",
    "wav",
}
"""Modules that anybody may use; config knows the words of live.model."""

MAY_IMPORT: dict[str, set[str]] = {
    "ami": {"ami"},
    "live": {"live", "ami.messages", "ids"},
    "store": {"store", "live"},
    "messages": {"messages"},
    "pump": {"live", "ami.messages"},
    "books": {"books", "live"},
    "services": {
        "services",
        "books",
        "store",
        "messages",
        "ami",
        "live",
        "pump",
        "feeds.filters",
        "feeds.ledger",
        "feeds.bus",
        "feeds.objects",
        "feeds.told",
        "feeds.counting",
        "feeds.tallies",
    },
    "feeds": {
        "feeds",
        "store",
        "live",
        "services.visibility",
        "services.rights",
        "services.case_rights",
    },
    "doctor": {
        "doctor",
        "books.lines",
        "certificate",
        "ami",
        "store",
        "messages",
        "services.queue_file",
    },
    "web": {"web", "messages", "services", "feeds", "live", "notify", "portal"},
    "portal": {"portal"},
    "sim": {"sim"},
    "client": {
        "client",
        "web.mhu.bulk_models",
        "web.mhu.models",
        "web.mhu.report_models",
        "web.mhu.webhook_models",
        "web.mhu.client_models",
        "web.mhu.steering_models",
        "web.mhu.supervision_models",
        "web.openchs.answers",
        "web.openchs.case_models",
        "web.openchs.communication_models",
    },
    "backup": {"backup", "store"},
}
STDLIB_ONLY_ASIDE_FROM_MHUD = {"live"}
AMI_WORDS = {"Uniqueid", "Linkedid", "CallerIDNum", "QueueMemberPause", "ActionID", "PausedReason"}
SPEAKS_AMI = {"ami", "sim"}


@cache
def tree_of(path: Path) -> ast.Module:
    """Without the garbage collector: its callbacks in mid-parse trip up CPython 3.11's ast."""
    gc.disable()
    try:
        return ast.parse(path.read_text())
    finally:
        gc.enable()


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Modules that are imported for use, not only for a type checker."""
    tree = tree_of(path)
    hidden = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def allowed(room: str, module: str) -> bool:
    name = module.removeprefix("mhud.")
    wanted = MAY_IMPORT[room] | FREE
    return module == "mhud" or any(
        name == good or name.startswith(good + ".") or good.startswith(name + ".")
        for good in wanted
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    room = room_of(path)
    if room in MAY_IMPORT:
        wrong = [m for m in imports(path) if m.startswith("mhud") and not allowed(room, m)]
        assert wrong == [], f"{room} must not know these; see docs/architecture.md"


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) == "live"], ids=lambda p: p.name)
def test_the_state_is_pure(path: Path) -> None:
    roots = {module.split(".")[0] for module in imports(path)}
    foreign = {"asyncio", "structlog", "logging", "aiohttp", "sqlalchemy", "pydantic", "time", "os"}
    assert roots & foreign == set()
    assert not any(isinstance(n, ast.AsyncFunctionDef) for n in ast.walk(tree_of(path)))


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if room_of(p) not in SPEAKS_AMI],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_names_of_ami_headers_stay_where_ami_is_spoken(path: Path) -> None:
    tree = tree_of(path)
    words = {
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }
    assert words & AMI_WORDS == set()


DRIVER = ROOT / "store" / "driver.py"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p != DRIVER], ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_database_is_opened_in_one_place_which_knows_about_its_key(path: Path) -> None:
    calls = {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if is_call(node)}
    assert calls & {"sqlite3.connect", "aiosqlite.connect", "sqlcipher3.connect"} == set()
    assert [name for name in imports(path) if name.startswith("sqlcipher3")] == []


def is_call(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_are_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 300
    sizes = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: size for name, size in sizes.items() if size > 40} == {}
