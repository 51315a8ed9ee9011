"""Files on their way in, and senders who go at the worst moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

from mhud.sealed import FileKey
from mhud.services.incoming import BATCH, Incoming
from mhud.vault import Draft, Vault

PDF = b"%PDF-1.7\n"


class OneKey:
    """Implements mhud.vault.Keys."""

    current = FileKey.new(1)
    by_number: Mapping[int, FileKey] = {1: current}


class SlowVault(Vault):
    """Who begins a file learns late that he has."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, OneKey())
        self.has_begun = threading.Event()
        self.goes_on = threading.Event()

    def begin(self, name: str) -> Draft:
        draft = super().begin(name)
        self.has_begun.set()
        self.goes_on.wait()
        return draft


async def test_who_goes_in_the_moment_in_which_his_file_is_made_leaves_nothing(
    tmp_path: Path,
) -> None:
    vault = SlowVault(tmp_path)
    incoming = Incoming(vault, 2 * BATCH, frozenset({"application/pdf"}))
    adding = asyncio.create_task(incoming.add(PDF + bytes(BATCH)))
    await asyncio.to_thread(vault.has_begun.wait)
    adding.cancel()
    await asyncio.wait({adding})
    dropping = asyncio.create_task(incoming.drop())
    vault.goes_on.set()
    await dropping

    assert adding.cancelled()
    assert list(vault.names()) == []
