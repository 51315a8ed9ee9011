"""What SQLite knows of its tables: how many rows a step over each index finds. Else it guesses.

Statements whose index matters name it (`hints`); all others profit.
"""

from __future__ import annotations

from sqlite3 import Connection

from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.tables import METADATA

ROWS = 1_000  # of an index that are looked at: milliseconds, however large it is
_LIMIT = f"PRAGMA analysis_limit = {ROWS}"
TABLES: tuple[str, ...] = tuple(sorted(METADATA.tables))


def learn(connection: Connection) -> None:
    """Of all tables that there are. Blocks. Raises one of driver.ERRORS."""
    connection.execute(_LIMIT)
    wanted = "SELECT name FROM sqlite_master WHERE type = 'table'"
    there = {str(name) for (name,) in connection.execute(wanted).fetchall()}
    for table in TABLES:
        if table in there:
            connection.execute(f'ANALYZE "{table}"')


async def learn_one(tx: AsyncConnection, table: str) -> None:
    """One of TABLES, so that who waits to write waits for one only."""
    await tx.exec_driver_sql(_LIMIT)
    await tx.exec_driver_sql(f'ANALYZE "{table}"')
