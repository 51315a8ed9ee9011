"""How far Asterisk's books were read."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

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
