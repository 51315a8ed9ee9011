"""What retention took away last (migration 0017)."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from mhud.store.schema import metadata
from mhud.store.types import UtcDateTime

purges = Table(
    "purges",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("removed", Integer, nullable=False),
)
