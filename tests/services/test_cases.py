"""Cases when two come at once, when the disk refuses, and when somebody pulls the plug."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from mhud.errors import Code, MhudError
from mhud.services.case_words import ActivityType
from mhud.services.cases import Cases, Wanted
from mhud.services.trail import LONGEST_S
from mhud.store.schema import audit
from mhud.store.schema_cases import activities, case_counters, cases
from tests.case_desk import PRINTED, CaseDesk, case_desk
from tests.fake_clock import settle

TABLES = (cases, activities, case_counters, audit)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[CaseDesk]:
    async with case_desk(tmp_path) as built:
        yield built


def service(desk: CaseDesk) -> Cases:
    return desk.home.services.cases


async def written(desk: CaseDesk) -> tuple[int, ...]:
    """Rows by table, and the sum of the counters."""
    async with desk.home.services.db.read() as tx:
        rows = [await tx.scalar(select(func.count()).select_from(table)) for table in TABLES]
        return (
            *(row or 0 for row in rows),
            await tx.scalar(select(func.sum(case_counters.c.last))),
        )


async def numbers(desk: CaseDesk) -> list[str]:
    async with desk.home.services.db.read() as tx:
        found = await tx.execute(select(cases.c.case_number).order_by(cases.c.id))
        return list(found.scalars())


async def refuse_writes_to(desk: CaseDesk, table: str) -> None:
    """As a full disk would, at this table."""
    trigger = (
        f"CREATE TRIGGER refuses BEFORE INSERT ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    )
    async with desk.home.services.db.write() as tx:
        await tx.execute(text(trigger))


async def accept_writes(desk: CaseDesk) -> None:
    async with desk.home.services.db.write() as tx:
        await tx.execute(text("DROP TRIGGER refuses"))


async def test_cases_that_are_made_at_once_have_numbers_without_a_gap(desk: CaseDesk) -> None:
    john = desk.principal("john")
    made = await asyncio.gather(*(service(desk).create(john, PRINTED) for _ in range(25)))
    expected = [f"CASE-2025-{number:06d}" for number in range(1, 26)]
    assert sorted(case.case_number for case in made) == expected
    assert await numbers(desk) == expected


async def test_a_case_that_was_refused_leaves_no_gap(desk: CaseDesk) -> None:
    john = desk.principal("john")
    wishes = [PRINTED, {**PRINTED, "client_id": "client-of-nobody"}] * 5
    made = await asyncio.gather(
        *(service(desk).create(john, wish) for wish in wishes), return_exceptions=True
    )
    assert [isinstance(one, MhudError) for one in made] == [False, True] * 5
    assert await numbers(desk) == [f"CASE-2025-{number:06d}" for number in range(1, 6)]


async def test_of_two_changes_of_one_version_one_is_refused(desk: CaseDesk) -> None:
    jane = desk.principal("jane")
    case = await service(desk).create(jane, PRINTED)
    changes = [{"priority": "low"}, {"priority": "critical"}]
    found = await asyncio.gather(
        *(service(desk).update(jane, case.id, change, {case.version}) for change in changes),
        return_exceptions=True,
    )
    refused = [one for one in found if isinstance(one, MhudError)]
    (changed,) = [one for one in found if not isinstance(one, BaseException)]
    assert [one.code for one in refused] == [Code.PRECONDITION_FAILED]
    assert (await desk.read(case.id))["priority"] == changed.priority
    assert len(await desk.history(case.id)) == 2


async def test_changes_that_name_no_version_all_happen_one_after_the_other(
    desk: CaseDesk,
) -> None:
    jane = desk.principal("jane")
    case = await service(desk).create(jane, PRINTED)
    steps = ["critical", "low", "medium", "high", "critical", "low"]
    await asyncio.gather(
        *(service(desk).update(jane, case.id, {"priority": step}) for step in steps)
    )
    told = (await desk.history(case.id))[1:]
    assert [one["new_value"] for one in told] == steps
    assert [one["previous_value"] for one in told] == ["high", *steps[:-1]]
    assert (await service(desk).find(jane, case.id)).version == 1 + len(steps)


async def test_two_who_take_a_case_at_once_do_not_both_have_it(desk: CaseDesk) -> None:
    case = await service(desk).create(desk.principal("john"), PRINTED)
    await desk.home.person("musa", "case_manager")
    known = desk.home.services.access.known.names
    takers = [desk.home.services.access.user_principal(known[name]) for name in ("maria", "musa")]
    found = await asyncio.gather(
        *(service(desk).update(who, case.id, {"assigned_user_id": who.user_id}) for who in takers),
        return_exceptions=True,
    )
    first, second = found
    assert not isinstance(first, BaseException)
    assert first.assigned_user_id == takers[0].user_id
    assert isinstance(second, MhudError)
    assert second.code is Code.NOT_FOUND  # it is maria's now, and so none of musa's to see


@pytest.mark.parametrize("table", ["cases", "activities", "audit", "case_counters"])
async def test_a_new_case_is_written_whole_or_not_at_all(desk: CaseDesk, table: str) -> None:
    john = desk.principal("john")
    await service(desk).create(john, PRINTED)
    await refuse_writes_to(desk, table)
    before = await written(desk)
    with pytest.raises(Exception, match="the disk is full"):
        await service(desk).create(john, PRINTED)
    assert await written(desk) == before
    await accept_writes(desk)
    await service(desk).create(john, PRINTED)
    assert await numbers(desk) == ["CASE-2025-000001", "CASE-2025-000002"]


async def do(desk: CaseDesk, deed: str, case_id: int) -> None:
    alice = desk.principal("alice")
    if deed == "update":
        await service(desk).update(alice, case_id, {"priority": "low", "notes": "x"})
    elif deed == "delete":
        await service(desk).delete(alice, case_id)
    else:
        await service(desk).post_activity(alice, case_id, ActivityType.NOTE, "x")


@pytest.mark.parametrize("table", ["activities", "audit"])
@pytest.mark.parametrize("deed", ["update", "delete", "note"])
async def test_no_change_without_its_activity_and_its_audit_line(
    desk: CaseDesk, table: str, deed: str
) -> None:
    alice = desk.principal("alice")
    case = await service(desk).create(alice, PRINTED)
    await refuse_writes_to(desk, table)
    before = await written(desk)
    with pytest.raises(Exception, match="the disk is full"):
        await do(desk, deed, case.id)
    assert await written(desk) == before
    await accept_writes(desk)
    assert (await service(desk).find(alice, case.id)) == case


async def test_a_case_is_not_shown_while_that_can_t_be_recorded(desk: CaseDesk) -> None:
    case_id = await desk.case()
    async with desk.home.services.db.write():
        reading = asyncio.create_task(desk.ask("john", "GET", f"/cases/{case_id}"))
        while LONGEST_S not in desk.home.clock.sleeping:
            await settle()
        await desk.home.clock.advance(LONGEST_S)
        status, answer = await reading
    assert (status, answer["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")


async def test_who_goes_away_in_the_middle_leaves_nothing_half_written(desk: CaseDesk) -> None:
    john = desk.principal("john")
    held = asyncio.create_task(hold(desk, release := asyncio.Event(), holds := asyncio.Event()))
    await holds.wait()
    making = asyncio.create_task(service(desk).create(john, PRINTED))
    await asyncio.wait((making,), timeout=0.05)
    making.cancel()
    release.set()
    await held
    with pytest.raises(asyncio.CancelledError):
        await making
    await service(desk).create(john, PRINTED)
    assert await numbers(desk) == ["CASE-2025-000001"]


async def hold(desk: CaseDesk, release: asyncio.Event, holds: asyncio.Event) -> None:
    """The writer, until it is released."""
    async with desk.home.services.db.write():
        holds.set()
        await release.wait()


async def test_a_list_of_who_may_see_nothing_is_empty(desk: CaseDesk) -> None:
    await desk.case()
    key = await desk.home.key("view_calls", owner=desk.ids["alice"])
    nobody = desk.home.services.access.authenticate_key(key)
    page = await service(desk).page(nobody, Wanted(), limit=10, offset=0, deleted=False)
    assert (page.lines, page.total) == ((), 0)


async def test_no_case_tells_a_log_whom_it_is_about(desk: CaseDesk) -> None:
    case = await service(desk).create(desk.principal("john"), PRINTED)
    page = await service(desk).page(
        desk.principal("john"), Wanted(), limit=10, offset=0, deleted=False
    )
    history = await service(desk).activities(desk.principal("john"), case.id)
    shown = f"{case!r} {page!r} {history!r}"
    personal = [
        PRINTED[name]
        for name in PRINTED
        if name.startswith(("reporter_", "child_")) or name in ("title", "description")
    ]
    assert [word for word in personal if str(word) in shown and len(str(word)) > 2] == []
