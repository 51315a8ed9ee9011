"""The doctor's lines over HTTP: at once, never twice at a time, and whatever happens to a look."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from mhud.doctor.check import Check, ok, wrong
from mhud.services.checkup import Checkup, Report
from mhud.web.app import build_app
from tests.fake_clock import START, FakeClock, eventually, settle
from tests.houses import House, house

LINES = (ok("data.space", "There is room."), wrong("ami.login", "Refused.", "say who you are"))


@dataclass
class Doctor:
    """Looks when he is let; counts how often he was asked."""

    looks: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    finds: Callable[[], Sequence[Check]] = lambda: LINES

    async def look(self) -> Sequence[Check]:
        self.looks += 1
        await self.gate.wait()
        return self.finds()


@pytest.fixture
async def doctor() -> Doctor:
    found = Doctor()
    found.gate.set()
    return found


@pytest.fixture
async def checkup(doctor: Doctor) -> AsyncIterator[tuple[Checkup, FakeClock]]:
    clock = FakeClock()
    found = Checkup(clock, doctor.look)
    running = asyncio.create_task(found.run())
    yield found, clock
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def found_by(checkup: Checkup) -> Report:
    await eventually(lambda: not checkup.report().running)
    return checkup.report()


async def test_who_asks_first_learns_that_somebody_looks_and_then_what_was_found(
    checkup: tuple[Checkup, FakeClock],
) -> None:
    here, _ = checkup
    first = here.report()
    assert (first.checked_at, first.running, first.findings) == (None, True, ())
    report = await found_by(here)
    assert (report.checked_at, report.failed, report.findings) == (START, False, LINES)
    assert report.counts == {"ok": 1, "warning": 0, "wrong": 1, "unknown": 0}


async def test_many_who_ask_are_one_look_until_it_is_old(
    checkup: tuple[Checkup, FakeClock], doctor: Doctor
) -> None:
    here, clock = checkup
    doctor.gate.clear()
    for _ in range(3):
        assert here.report().running
        here.again()
        await settle()
    assert doctor.looks == 1
    doctor.gate.set()
    await found_by(here)
    await clock.advance(9)
    assert not here.again().running
    await clock.advance(1)
    assert here.again().running
    await found_by(here)
    assert doctor.looks == 2
    await clock.advance(299)
    assert not here.report().running
    await clock.advance(1)
    report = here.report()
    assert (report.running, report.findings) == (True, LINES), "the old ones until then"


async def test_a_look_that_fails_leaves_what_was_found_before(
    checkup: tuple[Checkup, FakeClock], doctor: Doctor
) -> None:
    here, clock = checkup
    here.report()
    before = await found_by(here)

    def nothing() -> Sequence[Check]:
        raise OSError("no such thing")

    doctor.finds = nothing
    await clock.advance(300)
    here.report()
    after = await found_by(here)
    assert after == replace(before, failed=True)
    doctor.finds = lambda: LINES
    await clock.advance(300)
    here.report()
    assert not (await found_by(here)).failed


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as built:
        running = asyncio.create_task(built.services.checkup.run())
        yield built
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_a_page_reads_the_lines_of_the_real_doctor(home: House) -> None:
    """Nobody listens where Asterisk should be."""
    headers = await home.headers("all")
    async with TestClient(TestServer(build_app(home.services))) as http:

        async def get() -> dict[str, Any]:
            async with http.get("/api/v1/health", headers=headers) as answer:
                assert answer.status == 200
                found: dict[str, Any] = await answer.json()
                return found

        assert (await get())["checks"] == []
        while (found := await get())["running"]:
            await home.clock.advance(0.1)
        lines = {line["name"]: line for line in found["checks"]}
        assert lines["ami.connection"]["state"] == "wrong"
        assert lines["ami.connection"]["fix"]
        assert lines["data.space"]["state"] in ("ok", "warning", "wrong")
        assert found["counts"]["wrong"] >= 1
        async with http.post("/api/v1/health/check", headers=headers) as answer:
            assert answer.status == 202
            assert (await answer.json())["checks"] == found["checks"]
