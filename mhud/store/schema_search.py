"""How many cases there are, kept by triggers beside their full text (migration 0007).

The text itself is in `cases_fts`, a virtual table that can't be described here.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from mhud.store.schema import metadata

# Of the cases that are not deleted. A span is a day of creation in UTC (2025-03-07), a month
# (2025-03), or empty for all time; a case without a category has an empty one.
case_tallies = Table(
    "case_tallies",
    metadata,
    Column("span", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("priority", Text, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# By the day, month, and all time in which they were resolved: how many, and how long that took.
case_resolutions = Table(
    "case_resolutions",
    metadata,
    Column("span", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    sqlite_with_rowid=False,
)
