"""How much each API key asked, by day (migration 0014)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from mhud.store.schema import metadata

key_usage = Table(
    "key_usage",
    metadata,
    Column("key_id", Text, ForeignKey("api_keys.id"), primary_key=True),
    Column("day", Text, primary_key=True, index=True),  # the helpline's, ISO
    Column("requests", Integer, nullable=False),
    Column("refused", Integer, nullable=False),  # 4xx but 429
    Column("rate_limited", Integer, nullable=False),
    Column("failed", Integer, nullable=False),  # 5xx
)
