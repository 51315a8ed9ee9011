"""Who is told by webhook, and what is on its way to him."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table, Text

from mhud.store.schema import metadata
from mhud.store.types import JsonText, UtcDateTime

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", JsonText, nullable=False),  # names and patterns, as given
    Column("description", Text, nullable=False, default=""),
    Column("include_details", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("disabled_reason", Text),  # gone: the receiver said so; None: its owner switched it off
    Column("secret", Text, nullable=False),  # as it is, for it signs
    Column("next_secret", Text),
    Column("rotated_at", UtcDateTime),  # when the next secret was made
    Column("after_seq", Integer, nullable=False),  # events up to here are not for it
    Column("created_by", Integer, nullable=False),  # no foreign key: it outlives the user
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# One row: up to which seq events have been looked at.
webhook_position = Table(
    "webhook_position",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
)

# A delivery keeps its bytes as they are signed. `n` is their order; what is in `line` (a call)
# goes out one after the other.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("salt", Text, nullable=False),  # makes its public id one of a kind, restores included
    Column("webhook_id", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("seq", Integer),  # None: a test
    Column("type", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("give_up_at", UtcDateTime, nullable=False),  # a failure after this is the last one
    Column("state", Integer, nullable=False),  # 0 waiting, 1 delivered, 2 exhausted
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", UtcDateTime),  # None: at once
    Column("status", Integer),  # of the last answer
    Column("error", Text),  # why the last try failed
    Column("duration_ms", Integer),  # of the last try
    Column("tried_at", UtcDateTime),
    Column("failures", JsonText),  # the last ones, newest first
    Column("body", LargeBinary, nullable=False),
    Index(None, "webhook_id", "state", "n"),
    sqlite_autoincrement=True,
)
