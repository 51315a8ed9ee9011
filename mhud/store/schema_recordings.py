"""Recordings of calls. The sound is in files: Asterisk's until it is taken over, then sealed."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table, Text

from mhud.store.schema import metadata
from mhud.store.types import UtcDateTime

# One per call that was recorded. Only a row that is ready has a file.
recordings = Table(
    "recordings",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("state", Text, nullable=False),  # see store/recordings.py
    Column("reason", Text),  # why it failed, or what is missing of it
    Column("complete", Boolean),  # all of the talk is in it; None: not known yet
    Column("started_at", UtcDateTime, nullable=False),  # of the call
    Column("ended_at", UtcDateTime, nullable=False),  # of the call
    Column("talk_s", Integer),  # how much talk there was; None: not watched
    Column("duration", Integer),  # seconds
    Column("size", Integer),  # bytes of the MP3
    Column("sha256", LargeBinary),  # of the MP3
    Column("filename", Text, unique=True),  # ours, in the recordings' folder
    Column("changed_at", UtcDateTime, nullable=False),  # of its state
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", UtcDateTime),  # when it is looked at next; None: it is done
    Index("ix_recordings_due_at", "due_at"),
    Index("ix_recordings_state", "state", "ended_at", "call_id"),
    Index("ix_recordings_ended_at", "ended_at", "call_id"),
)

# What Asterisk wrote: a file per channel that was recorded, named after it.
recording_parts = Table(
    "recording_parts",
    metadata,
    Column("name", Text, primary_key=True),  # of the file, without .wav
    Column("call_id", Text, nullable=False, index=True),
    Column("began_at", UtcDateTime, nullable=False),  # the call to which it belonged first
    Column("place", Integer, nullable=False),  # among the parts of that call
    Column("state", Text, nullable=False, index=True),  # see store/recordings.py
    Column("sha256", LargeBinary),  # of the file
)

# Up to which event the calls that ended have been looked through.
recording_position = Table(
    "recording_position",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
)
