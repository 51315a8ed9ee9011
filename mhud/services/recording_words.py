"""What is said of a recording, to whoever asks or listens."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from mhud.clock import rfc3339
from mhud.store.recordings import Recording, State

ENDING = ".mp3"
FOLDER_NAME = "recordings"  # in the data directory


class Reason(StrEnum):
    """Why there is none, or what is missing of one that is ready."""

    MISSING = "missing"  # Asterisk left no file
    EMPTY = "empty"  # there was talk, and no sound of it is in the file
    UNREADABLE = "unreadable"  # the file is not ours to read, or no WAV
    ENCODER = "encoder"  # it failed three times
    CUT = "cut"  # Asterisk never closed the file: what there is of it can be heard
    PART_MISSING = "part-missing"  # of several files one is not there
    SHORT = "short"  # there is far less sound than there was talk


def path_of(call_id: str) -> str:
    """Where who may can fetch it, under the address of mhud."""
    return f"/recordings/{call_id}{ENDING}"


def told(found: Recording) -> dict[str, Any]:
    """Its public object, for REST and events alike."""
    ready = found.state is State.READY
    return {
        "call_id": found.call_id,
        "state": found.state.value,
        "reason": found.reason,
        "complete": found.complete,
        "started_at": rfc3339(found.started_at),
        "ended_at": rfc3339(found.ended_at),
        "changed_at": rfc3339(found.changed_at),
        "duration": found.duration,
        "size": found.size,
        "sha256": None if found.sha256 is None else found.sha256.hex(),
        "path": path_of(found.call_id) if ready else None,
    }
