"""How far Asterisk's books were read; and who called in vain."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table, Text

from mhud.store.schema import metadata
from mhud.store.types import UtcDateTime

books = Table(
    "books",
    metadata,
    Column("name", Text, primary_key=True),  # queue_log, cdr
    Column("inode", Integer, nullable=False),
    Column("position", Integer, nullable=False),  # in bytes
    Column("mark", LargeBinary, nullable=False),  # made of what stands before it
    Column("read_at", UtcDateTime, nullable=False),
)

# One row of each caller whom nobody has talked with since he called in vain.
missed_callers = Table(
    "missed_callers",
    metadata,
    Column("phone_key", Text, primary_key=True),
    Column("phone", Text, nullable=False),  # as he called last
    Column("since", UtcDateTime, nullable=False),  # the first of these calls
    Column("call_id", Text, nullable=False, unique=True),
    Column("last_at", UtcDateTime, nullable=False),
    Column("last_call_id", Text, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("queue_id", Text),  # of the last one
    Column("asked", Boolean, nullable=False),  # he pressed the key that asks to be called back
    Index(None, "since", "call_id"),
)
