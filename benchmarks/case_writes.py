"""Creation of cases, 16 at a time: mhud's, whole, beside the least that SQLAlchemy can do.

mhud's is `services/cases.py` as the handler calls it: rights, the year's number, the case with its
indexes, its activity, the line in the audit trail, full text and tallies, on disk when it answers
(synchronous=FULL). Once with the database encrypted, as it is by default, and once plain.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from benchmarks.case_builder import WEIGHTS, settings, words
from benchmarks.common import ROUNDS, Figure, emit, median, say
from benchmarks.peers.plain_cases import PlainCases
from mhud.clock import SystemClock
from mhud.live.state import LiveState
from mhud.numbers import Numbers
from mhud.services.access import Access
from mhud.services.cases import Cases
from mhud.services.people import Person, add_person
from mhud.services.rights import RIGHTS, Principal
from mhud.services.trail import Trail
from mhud.store.database import Database

WRITERS = 16
SECONDS = 2.0
AT_LEAST = 0.35
PASSWORD = "a password of the benchmark"  # noqa: S105 - of nobody else
Create = Callable[[], Awaitable[object]]


class MhudCases:
    def __init__(self, folder: Path, *, plain: bool) -> None:
        self._settings = settings(folder, plain=plain)
        self._clock = SystemClock()
        self._dice = random.Random(5)  # noqa: S311 - repeatable, not secret

    async def open(self) -> None:
        db = self._db = await Database.of(self._settings)
        access = self._access = await Access.open(db, self._clock, self._settings)
        person = Person(username="writer", name="Writer", role="operator", password=PASSWORD)
        user = await add_person(access, person)
        self._cases = await Cases.open(
            self._settings,
            self._clock,
            db,
            LiveState(self._settings.timezone),
            access,
            Trail(db, self._clock),
            Numbers(None),
        )
        self._who = Principal(
            kind="user", ident=f"user:{user.id}", user_id=user.id, username="writer", name="Writer",
            agent_id=None, role="operator", rights=frozenset(RIGHTS), rate=600,
        )  # fmt: skip

    async def close(self) -> None:
        await self._access.close()
        await self._db.close()

    async def create(self) -> None:
        wish = {
            "title": words(self._dice, 5, WEIGHTS),
            "description": words(self._dice, 28, WEIGHTS),
            "category": "abuse",
            "priority": "high",
            "reporter_phone": f"+2547{self._dice.randrange(10**8):08d}",
            "child_name": "Maria W.",
            "child_age": 12,
        }
        await self._cases.create(self._who, wish)


async def drive(create: Create) -> list[float]:
    """Seconds that each took, for SECONDS."""
    took: list[float] = []
    end = monotonic() + SECONDS

    async def write() -> None:
        while (began := monotonic()) < end:
            await create()
            took.append(monotonic() - began)

    await asyncio.gather(*(write() for _ in range(WRITERS)))
    return took


async def measure() -> list[Figure]:
    with TemporaryDirectory() as directory:
        folder = Path(directory)
        kinds: dict[str, MhudCases | PlainCases] = {
            "SQLAlchemy, FULL": PlainCases(folder, "FULL"),
            "SQLAlchemy, NORMAL": PlainCases(folder, "NORMAL"),
            "mhud, encrypted": MhudCases(folder / "encrypted", plain=False),
            "mhud, plain": MhudCases(folder / "plain", plain=True),
        }
        for kind in kinds.values():
            await kind.open()
        rounds = [
            {name: await drive(kind.create) for name, kind in kinds.items()} for _ in range(ROUNDS)
        ]
        for kind in kinds.values():
            await kind.close()
    rates = {name: median(len(each[name]) / SECONDS for each in rounds) for name in kinds}
    for name in kinds:
        took = sorted(s for each in rounds for s in each[name])
        p50, p99 = (round(took[len(took) * n // 100] * 1000, 1) for n in (50, 99))
        say("create", variant=name, per_s=round(rates[name]), p50_ms=p50, p99_ms=p99)
    return [
        _figure(rates, mhud, peer) for mhud in ("encrypted", "plain") for peer in ("FULL", "NORMAL")
    ]


def _figure(rates: dict[str, float], mhud: str, peer: str) -> Figure:
    value = rates[f"mhud, {mhud}"] / rates[f"SQLAlchemy, {peer}"]
    unit = f"x SQLAlchemy's bare case, synchronous={peer}"
    name = f"Cases: creation, {WRITERS} writers, {mhud}"
    return emit(Figure(name, round(value, 2), unit, at_least=AT_LEAST, gated=True))


def main() -> list[Figure]:
    return asyncio.run(measure())


if __name__ == "__main__":
    main()
