"""The tallies of reports as they are kept, and as the calls and spells would have them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, select

from mhud.feeds.counting import Tally
from mhud.store import figures as store
from mhud.store.database import Database
from mhud.store.schema_figures import agent_quarters, agent_spells, call_quarters, caller_quarters
from tests.report_house import callers

Rows = set[tuple[Any, ...]]
BEGINNING, END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


async def kept(db: Database) -> dict[str, Rows]:
    """All rows, by table."""
    tables = call_quarters, caller_quarters, agent_quarters
    async with db.read() as tx:
        return {
            str(table.name): {tuple(row) for row in await tx.execute(select(table))}
            for table in tables
        }


async def due(db: Database) -> dict[str, Rows]:
    """What should be there, made of the records."""
    tally = Tally()
    async with db.read() as tx:
        for call in await store.began(tx, BEGINNING, END):
            tally.add_call(call, callers)
        for row in await tx.execute(select(agent_spells)):
            tally.add_spell(store.SpellRow(**row._mapping))
    found: dict[str, Rows] = {"caller_quarters": {(*k, n) for k, n in tally.callers.items()}}
    found["call_quarters"] = {
        (*key, *_in_order(call_quarters, v)) for key, v in tally.calls.items()
    }
    found["agent_quarters"] = {
        (*key, *_in_order(agent_quarters, v)) for key, v in tally.time.items()
    }
    return found


def _in_order(table: Table, values: dict[str, int]) -> list[int]:
    return [values[column.name] for column in table.columns if column.name in values]
