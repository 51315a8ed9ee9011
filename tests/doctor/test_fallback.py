"""What the doctor says of places for callers whom nobody takes, on the fake Asterisk."""

from __future__ import annotations

from pathlib import Path

import pytest

from mhud.clock import SystemClock
from mhud.doctor.check import State
from mhud.sim import FakeAsterisk
from mhud.sim.site import Site
from tests.clinic import GOOD_SECRET, Found, fix, found, red, settings

SENT, TURNED_AWAY = "dialplan.transfer_fallback", "dialplan.overflow"


async def seen_with(folder: Path, site: Site | None = None, **variables: str) -> Found:
    """`variables` are the dialplan's globals."""
    fake = FakeAsterisk(
        clock=SystemClock(), username="mhud", secret=GOOD_SECRET, site=site or Site()
    )
    fake.pbx.variables.update(variables)
    await fake.start()
    seen = await found(settings(folder, fake.port), folder / "etc")
    await fake.stop()
    return seen


async def test_a_queue_for_callers_whom_nobody_takes_after_a_transfer(tmp_path: Path) -> None:
    seen = await seen_with(tmp_path, OVERFLOW_support="queues,crisis,1")
    assert red(seen) == set()
    assert "support" in seen[SENT].text
    assert seen[TURNED_AWAY].state is State.OK


@pytest.mark.parametrize("name", ["suport", "Support", "5"])
async def test_a_fallback_that_is_no_queue_is_red(tmp_path: Path, name: str) -> None:
    seen = await seen_with(tmp_path, Site(fallback=name))
    assert red(seen) == {SENT}
    assert f"TRANSFER_FALLBACK is {name}" in seen[SENT].text
    assert "TRANSFER_FALLBACK = " in fix(seen, SENT)
    assert "dialplan reload" in fix(seen, SENT)


@pytest.mark.parametrize(
    "goal", ["queues,nosuch,1", "queues,Crisis,1", "nowhere,s,1", "crisis", "queues,crisis"]
)
async def test_an_overflow_that_leads_nowhere_is_red(tmp_path: Path, goal: str) -> None:
    seen = await seen_with(tmp_path, OVERFLOW_support=goal)
    assert red(seen) == {TURNED_AWAY}
    assert f"OVERFLOW_support = {goal}" in seen[TURNED_AWAY].text
    assert "OVERFLOW_support = queues,crisis,1; then" in fix(seen, TURNED_AWAY)


async def test_the_overflow_of_a_number_that_is_not_reached_is_seen_too(tmp_path: Path) -> None:
    led = {"OVERFLOW_crisis": "overflow-number,+4930777,1", "OVERFLOW_+4930777": "queues,nosuch,1"}
    seen = await seen_with(tmp_path, None, **led)
    assert "OVERFLOW_+4930777 = queues,nosuch,1" in seen[TURNED_AWAY].text


async def test_numbers_that_lead_to_each_other_do_not_keep_the_doctor(tmp_path: Path) -> None:
    circle = {f"OVERFLOW_{each}": "overflow-number,+49,1" for each in ("crisis", "+49")}
    seen = await seen_with(tmp_path, None, **circle)
    assert TURNED_AWAY in seen


async def test_a_dialplan_without_these_names_is_not_blamed(tmp_path: Path) -> None:
    seen = await seen_with(tmp_path, TRANSFER_FALLBACK="")
    assert red(seen) == set()
    assert SENT not in seen
    assert TURNED_AWAY not in seen


async def test_nothing_is_said_of_globals_that_may_not_be_asked_for(tmp_path: Path) -> None:
    site = Site(writes=Site().writes - {"call", "reporting"}, fallback="nosuch")
    seen = await seen_with(tmp_path, site)
    assert SENT not in seen
