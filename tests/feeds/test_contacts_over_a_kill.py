"""The daemon may be killed at any step of a write: each agent's contact is there once, not twice,
and so are the tallies of reports.

At each statement and commit the database's files are copied, as a kill at that moment would leave
them. From every copy a daemon starts again and goes on until all calls are over.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, insert, select

from mhud.ami.messages import Snapshot
from mhud.config import FeedSettings
from mhud.feeds.bus import Bus
from mhud.feeds.ledger import Ledger
from mhud.live.events import DomainEvent
from mhud.live.inputs import Tick
from mhud.live.state import LiveState
from mhud.restore import restored
from mhud.store.calls import decode
from mhud.store.database import Database
from mhud.store.schema import calls, roles
from mhud.store.schema_contacts import communications
from mhud.store.users import UserRepository
from tests.fake_clock import START, FakeClock
from tests.feed_things import MoodyDatabase
from tests.report_house import callers
from tests.scenario import Pbx
from tests.tallied import due, kept

UTC = ZoneInfo("UTC")
AGENTS = ("agent001", "agent002")
SO_MANY = 6  # events in one write


def a_morning() -> list[DomainEvent]:
    """Three calls that were taken, of which one goes on, and one that was given up."""
    pbx = Pbx()
    jane, peter = (pbx.agent(agent_id, "support") for agent_id in AGENTS)
    first = pbx.caller("+254700000001").joins("support")
    second = pbx.caller("+254700000002").joins("support")
    legs = first, jane.takes(first), second, peter.takes(second)
    pbx.caller("+254700000003").joins("support").gives_up()
    pbx.passes(30)
    for leg in legs:
        leg.hangs_up()
    pbx.passes(30)
    jane.takes(pbx.caller("+254700000004").joins("support"))
    return pbx.told


async def test_a_kill_at_any_step_leaves_each_agents_contact_once(tmp_path: Path) -> None:
    copies = await _killed_at_every_step(tmp_path, a_morning())
    found = [await _found_and_made_good(copy) for copy in copies]
    assert found == sorted(found), "what was there once stays"
    assert (len(copies) > 30, found[0], found[-1]) == (True, 0, 2)


async def _killed_at_every_step(folder: Path, told: list[DomainEvent]) -> list[Path]:
    db = await Database.open(folder / "mhud.db")
    copies: list[Path] = []

    def copy(*_: Any) -> None:
        copies.append(_copied(db.path, folder / f"killed-{len(copies)}"))

    await _people(db)
    event.listen(db._writer.sync_engine, "before_cursor_execute", copy)
    event.listen(db._writer.sync_engine, "commit", copy)
    ledger = await _ledger(db)
    for first in range(0, len(told), SO_MANY):
        ledger.publish(told[first : first + SO_MANY])
        await ledger.drain()
        copy()
    await db.close()
    return copies


MOODS = st.sampled_from(("fine", "refuses", "seems to fail", "killed before", "killed after"))


@settings(max_examples=20, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(1, 9), MOODS), min_size=4, max_size=12))
async def test_whatever_the_disk_does_each_agents_contact_is_there_once(
    steps: list[tuple[int, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = await MoodyDatabase.open(await _with_people(Path(folder)))
        assert isinstance(db, MoodyDatabase)
        told, ledger = a_morning(), await _ledger(db)
        for size, mood in steps:
            events, told = told[:size], told[size:]
            ledger.publish(events)
            db.refuses = mood == "refuses"
            db.swallows_the_answer = mood == "seems to fail"
            if mood != "killed before":
                await ledger.drain()
            if mood.startswith("killed"):
                ledger = await _ledger(db)
        db.refuses = db.swallows_the_answer = False
        await ledger.drain()
        await db.close()
        await _found_and_made_good(db.path)


_TEMPLATE: list[bytes] = []  # made once: migrations take longer than a test


async def _with_people(folder: Path) -> Path:
    path = folder / "mhud.db"
    if not _TEMPLATE:
        db = await Database.open(path)
        await _people(db)
        await db.close()
        _TEMPLATE.append(path.read_bytes())
    path.write_bytes(_TEMPLATE[0])
    return path


def _copied(source: Path, folder: Path) -> Path:
    """By another process: to close a file of SQLite's gives up this one's locks on it."""
    folder.mkdir()
    files = [source, source.with_name(f"{source.name}-wal")]
    subprocess.run(["cp", *(str(one) for one in files if one.exists()), str(folder)], check=True)
    return folder / source.name


async def _people(db: Database) -> None:
    async with db.write() as tx:
        people = UserRepository(tx)
        await tx.execute(insert(roles).values(name="operator", rights=[], built_in=True))
        for name in AGENTS:
            await people.add(
                username=name, name=name, role="operator", agent_id=name, created_at=START
            )


async def _ledger(db: Database) -> Ledger:
    return await Ledger.open(db, Bus(), FakeClock(), FeedSettings(), UTC, callers=callers)


async def _found_and_made_good(copy: Path) -> int:
    """How many contacts were found; then the daemon starts there, and finds no call alive."""
    db = await Database.open(copy)
    try:
        found = await _contacts_are_right(db)
        live, ledger = LiveState(UTC), await _ledger(db)
        live.apply(Tick(at=START))
        live.apply(await restored(db, START, UTC))
        ledger.publish(live.apply(Snapshot(at=START)))
        await ledger.drain()
        async with db.read() as tx:
            states = set(await tx.scalars(select(calls.c.state)))
        assert states <= {"ended"}
        assert await _contacts_are_right(db) >= found
        assert await kept(db) == await due(db), "nothing is counted twice, or not at all"
        return found
    finally:
        await db.close()


async def _contacts_are_right(db: Database) -> int:
    """Of each call that is over, one for each agent who talked; of others none."""
    async with db.read() as tx:
        kept = select(communications.c.call_id, communications.c.agent_id)
        contacts = Counter(tuple(row) for row in await tx.execute(kept))
        over = await tx.scalars(select(calls.c.record).where(calls.c.state == "ended"))
        records = [decode(orjson.dumps(record)) for record in over]
    due = {(call.id, talk.agent_id) for call in records for talk in call.talks}
    assert contacts == Counter(dict.fromkeys(due, 1))
    return len(contacts)
