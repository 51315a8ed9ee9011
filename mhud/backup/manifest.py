"""What an archive says of itself: its last member, so that one that was cut off has none."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT, VERSION = "mhud-backup", 1
NAME = "manifest.json"
DATABASE, RECORDINGS = "mhud.sqlite3", "recordings.json"
ATTACHMENTS, KEYS = "attachments/", "keys/"
_MEMBER = re.compile(
    rf"{re.escape(DATABASE)}|{re.escape(RECORDINGS)}"
    rf"|{ATTACHMENTS}[a-z]{{1,16}}_[0-9a-f]{{16}}\.[a-z0-9]{{1,8}}"
    rf"|{KEYS}[a-z][a-z0-9-]{{0,40}}\.key"
)


class BackupError(Exception):
    """The archive can't be written, or can't be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """`size` in bytes; `sha256` in hexadecimal digits."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`key` tells the database's key from others (None: it is not encrypted); `keys` the others'.

    `schema` is the migration of the database, `made_at` an instant in RFC 3339.
    """

    made_at: str
    mhud: str
    schema: str
    key: str | None
    keys: dict[str, str] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)


def printed(manifest: Manifest) -> bytes:
    tree = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
    return json.dumps({**tree, "checksum": _checksum(tree)}, indent=1).encode()


def parsed(raw: bytes) -> Manifest:
    """Raises BackupError for what is damaged, not ours, or newer than we are."""
    try:
        tree = json.loads(raw)
        given = tree.pop("checksum")
        kind, version = tree.pop("format"), tree.pop("version")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupError("its manifest is damaged, or it is no backup of mhud") from None
    if kind != FORMAT:
        raise BackupError("this is no backup of mhud")
    if isinstance(version, int) and version > VERSION:
        raise BackupError("it was made by a newer mhud; install that one to restore it")
    if given != _checksum({"format": kind, "version": version, **tree}):
        raise BackupError("its manifest is damaged")
    members = {name: Member(**one) for name, one in tree.pop("members").items()}
    return Manifest(**tree, members=members)


def allowed(name: str) -> bool:
    """Whether a member may have this name: there is no path in any that leads elsewhere."""
    return _MEMBER.fullmatch(name) is not None


def fingerprint(content: bytes) -> str:
    """Tells key files apart, and gives nothing of them away: they hold hundreds of random bits."""
    return hashlib.sha256(b"mhud key file " + content.strip()).hexdigest()[:12]


def _checksum(tree: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()
