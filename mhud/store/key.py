"""The database's key: 256 random bits, in a file or given by the settings; never in a log."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from mhud.store.driver import StoreError

DIGITS = 64
_DRAFT = re.compile(r"\.[0-9a-f]{8}$")
_HEX = re.compile(rf"[0-9a-f]{{{DIGITS}}}")


@dataclass(frozen=True, slots=True)
class DatabaseKey:
    """`digits` are 64 hexadecimal ones, lower case."""

    digits: str = field(repr=False)

    @classmethod
    def new(cls) -> DatabaseKey:
        return cls(secrets.token_hex(DIGITS // 2))

    @classmethod
    def parse(cls, text: str) -> DatabaseKey:
        """As it was written down: spaces and line ends do not matter. Raises ValueError."""
        digits = "".join(text.split()).lower()
        if not _HEX.fullmatch(digits):
            raise ValueError(f"a database key has {DIGITS} hexadecimal digits")
        return cls(digits)

    @property
    def fingerprint(self) -> str:
        """Tells keys apart, and gives nothing of them away: four bytes of a hash of 256 bits."""
        made = hashlib.sha256(b"mhud database key " + bytes.fromhex(self.digits)).hexdigest()
        return f"{made[:4]}-{made[4:8]}"

    @property
    def groups(self) -> str:
        """For paper: two lines of four groups."""
        parts = [self.digits[at : at + 8] for at in range(0, DIGITS, 8)]
        return f"{' '.join(parts[:4])}\n{' '.join(parts[4:])}"


def read(path: Path) -> DatabaseKey | None:
    """None when there is no such file. Raises StoreError for one that holds no key, OSError."""
    try:
        return DatabaseKey.parse(path.read_text(encoding="ascii", errors="replace"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise StoreError(f"{path} holds no database key of {DIGITS} hexadecimal digits") from None


def made(path: Path) -> DatabaseKey:
    """The file's key; a new one, on disk when this returns, if there is no file. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    while (found := read(path)) is None:
        with contextlib.suppress(FileExistsError):
            write(path, DatabaseKey.new())
    return found


def write(path: Path, key: DatabaseKey) -> None:
    """Whole or not at all, for its owner only. Raises FileExistsError rather than replace one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.digits + "\n")
            file.flush()
            os.fsync(file.fileno())
        _give_to_owner_of(path.parent, draft)
        os.link(draft, path)
    finally:
        draft.unlink()
    sync(path.parent)


def remove_drafts(path: Path) -> None:
    """What is left of writers who died; only while nobody else may be writing. Raises OSError."""
    for draft in path.parent.glob(f"{path.name}.*"):
        if _DRAFT.search(draft.name):
            draft.unlink()


def _give_to_owner_of(folder: Path, draft: Path) -> None:
    """Root may run a command whose key the daemon must read."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(draft, owner.st_uid, owner.st_gid)


def sync(folder: Path) -> None:
    """So that names in it outlive a power cut. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
