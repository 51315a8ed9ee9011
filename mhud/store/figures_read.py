"""Reading the tallies: sums over stretches of time, by queue or agent where that is asked for.

A stretch is a pair of quarters, the second one excluded; many are one statement. Nothing here
counts what lies within a quarter (`figures.began`, `figures.spells`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Integer, Table, bindparam, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.figures import GREATEST
from mhud.store.hints import InOrder
from mhud.store.schema_figures import agent_quarters, call_quarters, caller_quarters

Stretch = tuple[int, int]
Names = Sequence[str]
Query = Any  # a Select, whose type says something else in each release of SQLAlchemy


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which calls: of these queues and of these agents; none named: of all."""

    queues: Names = ()
    agents: Names = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """`place` is that of its stretch; `queue_id` and `agent_id` are empty where nobody asked."""

    place: int
    queue_id: str
    agent_id: str
    values: dict[str, int]


@dataclass(frozen=True, slots=True)
class Callers:
    """Who called in a stretch, some of them several times; `more` once more each, at least."""

    place: int
    by: str
    callers: list[int]
    more: list[int]


class FiguresReader:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection, part: Part) -> None:
        self._tx = tx
        self._part = part

    async def rows(self, stretch: Stretch) -> int:
        """How many rows of sums there are: what a report costs."""
        cells = call_quarters.c
        where = cells.by_agent == 0, cells.quarter >= stretch[0], cells.quarter < stretch[1]
        return await self._tx.scalar(select(func.count()).where(*where)) or 0

    async def sums(
        self, stretches: Sequence[Stretch], measures: Names, *, by_queue: bool, by_agent: bool
    ) -> list[Sum]:
        """Of calls; no row where there was none."""
        table, agents = call_quarters, by_agent or bool(self._part.agents)
        keys = [
            table.c.queue_id if by_queue else literal(""),
            table.c.agent_id if by_agent else literal(""),
        ]
        group = [key for key, wanted in zip(keys, (by_queue, by_agent), strict=True) if wanted]
        columns = [_summed(table, name) for name in measures]
        where = [table.c.by_agent == int(agents), *self._is_part(table)]
        found = await self._read(table, stretches, [*keys, *columns], group, where)
        return [
            Sum(
                place=place,
                queue_id=queue_id,
                agent_id=agent_id,
                values=dict(zip(measures, values, strict=True)),
            )
            for place, queue_id, agent_id, *values in found
        ]

    async def time(
        self, stretches: Sequence[Stretch], names: Names, *, by_agent: bool
    ) -> list[Sum]:
        """Of agents, in seconds."""
        table = agent_quarters
        key = table.c.agent_id if by_agent else literal("")
        columns = [_summed(table, name) for name in names]
        where = [table.c.agent_id.in_(self._part.agents)] if self._part.agents else []
        group = [key] if by_agent else []
        found = await self._read(table, stretches, [key, *columns], group, where)
        return [
            Sum(
                place=place,
                queue_id="",
                agent_id=agent_id,
                values=dict(zip(names, values, strict=True)),
            )
            for place, agent_id, *values in found
        ]

    async def callers(self, stretches: Sequence[Stretch], *, by: str | None) -> list[Callers]:
        """Not counted in SQL, which sorts millions of them for each answer.

        `by`: queue_id or agent_id; None: all in one.
        """
        table = caller_quarters
        arrays = (
            func.json_group_array(table.c.caller),
            func.json_group_array(table.c.caller).filter(table.c.calls > 1),
        )
        is_part = self._is_part(table)
        places, since, until = _places(stretches)
        here = *is_part, table.c.quarter >= since, table.c.quarter < until
        if by is None:
            found = (select(one).where(*here).scalar_subquery() for one in arrays)
            query: Query = select(places.c.key, literal(""), *found).select_from(places)
        else:
            query = select(places.c.key, table.c[by], *arrays).where(*here)
            query = query.select_from(InOrder(places, table)).group_by(places.c.key, table.c[by])
        return [
            Callers(place, one, orjson.loads(callers), orjson.loads(more))
            for place, one, callers, more in await self._all(query, stretches)
        ]

    def _is_part(self, table: Table) -> list[ColumnElement[bool]]:
        part = self._part
        wanted = {"queue_id": part.queues, "agent_id": part.agents}
        return [table.c[name].in_(ids) for name, ids in wanted.items() if ids]

    async def _read(
        self,
        table: Table,
        stretches: Sequence[Stretch],
        columns: Sequence[ColumnElement[Any]],
        group: Sequence[ColumnElement[Any]],
        where: Sequence[ColumnElement[bool]],
    ) -> list[Any]:
        places, since, until = _places(stretches)
        here = *where, table.c.quarter >= since, table.c.quarter < until
        query: Query = select(places.c.key, *columns).where(*here)
        query = query.select_from(InOrder(places, table)).group_by(places.c.key, *group)
        return await self._all(query, stretches)

    async def _all(self, query: Query, stretches: Sequence[Stretch]) -> list[Any]:
        values = {"stretches": orjson.dumps(stretches).decode()}
        return list((await self._tx.execute(query, values)).all())


def _places(stretches: Sequence[Stretch]) -> tuple[Any, Any, Any]:
    """The stretches as a table; and the beginning and end of each."""
    places = func.json_each(bindparam("stretches")).table_valued("key", "value")
    since, until = (cast(func.json_extract(places.c.value, f"$[{end}]"), Integer) for end in (0, 1))
    return places, since, until


def _summed(table: Table, name: str) -> ColumnElement[int]:
    column = table.c[name]
    return (func.max(column) if name == GREATEST else func.sum(column)).label(name)
