"""What reports of calls are added up from: tallies by the quarter of an hour, and agents' time.

A `quarter` is the number of quarters of an hour since 1970, in UTC: every time zone's hours begin
with one. An empty text is no queue, or nobody.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from mhud.store.schema import metadata
from mhud.store.types import UtcDateTime

MEASURES = (
    "calls",
    "offered",
    "answered",
    "abandoned",
    "outbound",
    "transferred",
    "contacts",
    "talk_s",
    "hold_s",
    "wrap_up_s",
    "stays",
    "stays_answered",
    "stays_answered_within",
    "stays_abandoned",
    "stays_abandoned_within",
    "answered_wait_s",
    "longest_wait_s",
)
"""What `call_quarters` adds up; of the last one it keeps the greatest."""
SPENT = ("on_call_s", "wrap_up_s", "ringing_s", "available_s", "on_break_s", "unreachable_s")
"""Seconds of an agent's day, by status; offline is not kept."""

# Calls count in the quarter in which they began. Each is in here twice: with its agents
# (`by_agent` 1), and without them, for who asks for no agent reads a fraction of the rows.
call_quarters = Table(
    "call_quarters",
    metadata,
    Column("by_agent", Integer, nullable=False),
    Column("quarter", Integer, nullable=False),
    Column("queue_id", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in MEASURES),
    PrimaryKeyConstraint("by_agent", "quarter", "queue_id", "agent_id"),
    sqlite_with_rowid=False,
)

# `caller` is a keyed hash of his number, or a random one when he was erased.
caller_quarters = Table(
    "caller_quarters",
    metadata,
    Column("quarter", Integer, nullable=False),
    Column("queue_id", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("caller", Integer, nullable=False),
    Column("calls", Integer, nullable=False),
    PrimaryKeyConstraint("quarter", "queue_id", "agent_id", "caller"),
    sqlite_with_rowid=False,
)

# Time counts in the quarter in which it passed.
agent_quarters = Table(
    "agent_quarters",
    metadata,
    Column("quarter", Integer, nullable=False),
    Column("agent_id", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in SPENT),
    PrimaryKeyConstraint("quarter", "agent_id"),
    sqlite_with_rowid=False,
)

# What an agent did from then to then; `call_id` is the call that he took, heard or wrote up,
# `queue_id` through which he had it, `call_began_at` when that call began.
agent_spells = Table(
    "agent_spells",
    metadata,
    Column("agent_id", Text, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("call_id", Text, index=True),
    Column("queue_id", Text),
    Column("call_began_at", UtcDateTime),
    PrimaryKeyConstraint("agent_id", "began_at"),
    Index(None, "began_at"),
    Index(None, "status", "call_began_at"),
)
