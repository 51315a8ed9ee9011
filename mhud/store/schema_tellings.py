"""What services have to tell the world, until the ledger has taken it over (migration 0008)."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from mhud.store.schema import metadata
from mhud.store.types import JsonText, UtcDateTime

# An event without its seq. Written with the change that it tells of, and deleted in the
# transaction that puts it into the ledger: it is told once, whenever the process dies.
tellings = Table(
    "tellings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("type", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("public", JsonText, nullable=False),
    sqlite_autoincrement=True,  # an id that was given never comes again
)
