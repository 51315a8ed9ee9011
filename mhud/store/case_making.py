"""A new case with all that belongs to it, in one go: the write that people wait for most."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from mhud.store.activities import Entry
from mhud.store.plain import Insertion
from mhud.store.schema import audit
from mhud.store.schema_cases import activities, cases
from mhud.store.tellings import TellingRow, add_plain
from mhud.store.trail import Deed

_NEXT = (
    "INSERT INTO case_counters (year, last) VALUES (?, 1)"
    " ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last"
)
_case, _activity, _deed = Insertion(cases), Insertion(activities), Insertion(audit)


@dataclass(frozen=True, slots=True)
class Made:
    id: int
    case_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """`number` prints the case's number from its place in the year.

    Activities, deed and `tells` get the case's id and number here: nobody knows them before.
    """

    values: Mapping[str, Any] = field(repr=False)
    year: int
    number: Callable[[int], str]
    activities: Sequence[Entry]
    deed: Deed
    tells: Callable[[Made], Sequence[TellingRow]]


def make(making: Making, connection: sqlite3.Connection) -> Made:
    """In one go. The number is raised in the same transaction: nobody ever sees a hole."""
    (last,) = connection.execute(_NEXT, (making.year,)).fetchone()
    number = making.number(last)
    case_id = _case(connection, {**making.values, "case_number": number})
    for entry in making.activities:
        _activity(connection, {**asdict(entry), "case_id": case_id})
    _deed(connection, {**_line(making.deed), "subject_id": str(case_id)})
    made = Made(case_id, number)
    for row in making.tells(made):
        add_plain(connection, row)
    return made


def _line(deed: Deed) -> dict[str, Any]:
    return {name: getattr(deed, name) for name in deed.__slots__ if name != "id"}
