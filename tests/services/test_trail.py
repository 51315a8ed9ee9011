"""The audit trail while the disk is in trouble: a call is handled, a spy is not let in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from mhud.errors import Code, MhudError
from mhud.services.rights import NOBODY
from mhud.services.trail import LONGEST_S, Sought
from tests.fake_clock import PATIENCE_S, settle
from tests.houses import House, house


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as built:
        yield built


async def actions(home: House) -> list[str]:
    page = await home.services.trail.page(Sought(), 10, None)
    return [deed.action for deed in page.deeds]


async def test_a_disk_that_hangs_holds_no_command_up_and_the_line_comes_later(
    home: House,
) -> None:
    trail = home.services.trail
    with capture_logs() as logs:
        async with home.services.db.write():
            noting = asyncio.create_task(trail.note(NOBODY, "call.hold", "call-1"))
            await settle()
            await home.clock.advance(LONGEST_S)
            await noting
    assert [line["event"] for line in logs] == ["deed_not_recorded"]
    async with asyncio.timeout(PATIENCE_S):
        while not await actions(home):
            await settle()
    assert await actions(home) == ["call.hold"]


async def test_what_must_be_recorded_is_refused_while_the_disk_hangs(home: House) -> None:
    async with home.services.db.write():
        recording = asyncio.create_task(
            home.services.trail.record(NOBODY, "call.monitor.listen", "call-1")
        )
        await settle()
        await home.clock.advance(LONGEST_S)
        with pytest.raises(MhudError) as refused:
            await recording
    assert refused.value.code is Code.SERVICE_UNAVAILABLE


async def test_a_line_that_the_disk_refuses_is_logged_and_the_command_goes_on(
    home: House,
) -> None:
    async with home.services.db.write() as tx:
        await tx.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    with capture_logs() as logs:
        await home.services.trail.note(NOBODY, "call.hold", "call-1")
    assert [line["event"] for line in logs] == ["database_refused", "deed_not_recorded"]


async def test_who_gives_up_waiting_leaves_his_line_behind(home: House) -> None:
    async with home.services.db.write():
        noting = asyncio.create_task(home.services.trail.note(NOBODY, "call.hold", "call-1"))
        await settle()
        noting.cancel()
        await asyncio.gather(noting, return_exceptions=True)
    async with asyncio.timeout(PATIENCE_S):
        while not await actions(home):
            await settle()
    assert await actions(home) == ["call.hold"]
