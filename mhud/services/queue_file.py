"""The include of queues.conf that is mhud's own: `[support](+)` sections of `key = value`.

Asterisk reads it after queues.conf's own sections. For most settings the last value counts, so
this file wins; but of several `strategy` lines Asterisk takes the first, so queues.conf itself
must not set one (see docs/dialplan.md).
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

Sections = dict[str, dict[str, str]]

HEADER = """\
; Written by mhud when queues are changed by API; changes made by hand are kept, comments are not.
; queues.conf includes this file at its end. A section here needs its section there.
"""
DEFAULT_MODE = 0o640
_SECTION = re.compile(r"^\[([^\]]+)\](?:\(\+\))?$")


def parse(text: str) -> Sections:
    """Sections in order. Comments and lines outside a section are dropped."""
    sections: Sections = {}
    current: dict[str, str] | None = None
    for line in (raw.partition(";")[0].strip() for raw in text.splitlines()):
        if found := _SECTION.match(line):
            current = sections.setdefault(found[1], {})
        elif current is not None and "=" in line:
            key, _, value = line.partition("=")
            current[key.strip()] = value.removeprefix(">").strip()
    return sections


def render(sections: Mapping[str, Mapping[str, str]]) -> str:
    blocks = [HEADER]
    for name, settings in sections.items():
        if settings:
            lines = "".join(f"{key} = {value}\n" for key, value in settings.items())
            blocks.append(f"[{name}](+)\n{lines}")
    return "\n".join(blocks)


def changed(sections: Sections, queue: str, changes: Mapping[str, str | None]) -> Sections:
    """A copy in which `queue` has the changes; None takes a setting out."""
    merged = {name: dict(settings) for name, settings in sections.items()}
    section = merged.setdefault(queue, {})
    for key, value in changes.items():
        section.pop(key, None)
        if value is not None:
            section[key] = value
    return merged


def read(path: Path) -> bytes | None:
    """None: there is no such file. Raises OSError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write(path: Path, content: bytes) -> None:
    """Atomic. Keeps mode, and owner and group as far as this process may. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            _like_before(path, handle)
            file.flush()
            os.fsync(handle)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # there is one only if something failed


def put_back(path: Path, content: bytes | None) -> None:
    """As `read` found it. Raises OSError."""
    if content is None:
        path.unlink(missing_ok=True)
    else:
        write(path, content)


def _like_before(path: Path, handle: int) -> None:
    """Asterisk reads the file by its group: a new file takes the folder's group."""
    try:
        before = path.stat()
    except FileNotFoundError:
        before = None
    os.fchmod(handle, before.st_mode & 0o777 if before else DEFAULT_MODE)
    owner = before or path.parent.stat()
    try:
        os.fchown(handle, owner.st_uid if before else -1, owner.st_gid)
    except PermissionError:
        _keep_group(handle, owner.st_gid)


def _keep_group(handle: int, group: int) -> None:
    """Another's file: at least the group, which suffices for Asterisk to read it.

    Raises PermissionError when not even that is allowed: Asterisk could not read the file.
    """
    if os.fstat(handle).st_gid != group:
        os.fchown(handle, -1, group)
