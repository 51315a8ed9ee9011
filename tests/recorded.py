"""Recordings that are there, or failed, without a call that was recorded."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from pathlib import Path

from mhud.services import Services
from mhud.services.file_keys import FileKeys
from mhud.services.recording_words import FOLDER_NAME as FOLDER
from mhud.store.recordings import Recording, RecordingRepository, State
from mhud.vault import Vault

SOUND = bytes(range(256)) * 700  # more than one chunk of a sealed file


async def heard(services: Services, call_id: str, sound: bytes = SOUND) -> Path:
    """The sealed file. Nobody here asks whether it is music."""
    name = f"recording_{secrets.token_hex(8)}.mp3"
    vault = Vault(
        services.settings.data_dir / FOLDER, await FileKeys.open(services.db, services.clock)
    )
    draft = vault.begin(name)
    draft.write(sound)
    draft.keep(name)
    await _add(
        services,
        replace(
            _about(services, call_id),
            state=State.READY,
            complete=True,
            duration=65,
            filename=name,
            size=len(sound),
            sha256=hashlib.sha256(sound).digest(),
        ),
    )
    return vault.folder / name


async def unheard(services: Services, call_id: str, state: State = State.FAILED) -> None:
    reason = "encoder" if state is State.FAILED else None
    await _add(services, replace(_about(services, call_id), state=state, reason=reason))


def _about(services: Services, call_id: str) -> Recording:
    now = services.clock.now()
    return Recording(
        call_id=call_id, state=State.WAITING, started_at=now, ended_at=now, changed_at=now
    )


async def _add(services: Services, recording: Recording) -> None:
    async with services.db.write() as tx:
        await RecordingRepository(tx).expect(recording)
