"""How the fake distributes callers: strategies, penalties, rests, weights, limits, reloads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from mhud.sim import FakeAsterisk
from mhud.sim.script import NotInThisState
from mhud.sim.site import QueueSettings, Site
from tests.ami_client import connected
from tests.fake_clock import FakeClock

NUMBER = "+254700123456"
THREE = ("agent001", "agent002", "agent003")


def with_strategy(pbx: FakeAsterisk, strategy: str) -> None:
    queue = pbx.pbx.queues["support"]
    queue.settings = replace(queue.settings, strategy=strategy)


def ringing(pbx: FakeAsterisk) -> list[str]:
    return [one for one in pbx.pbx.phones if one != "trunk" and pbx.is_ringing(one)]


async def ring_and_give_up(pbx: FakeAsterisk, clock: FakeClock) -> list[str]:
    caller = pbx.call_in(NUMBER, "support")
    rung = ringing(pbx)
    caller.hangs_up()
    await clock.advance(1)
    return rung


async def test_ringall_rings_everybody_of_the_lowest_penalty(
    pbx: FakeAsterisk, clock: FakeClock
) -> None:
    with_strategy(pbx, "ringall")
    pbx.agent_logs_in("agent001", "support")
    pbx.agent_logs_in("agent002", "support")
    pbx.agent_logs_in("agent003", "support", penalty=1)
    assert await ring_and_give_up(pbx, clock) == ["agent001", "agent002"]


async def test_who_answers_first_stops_the_other_phones(pbx: FakeAsterisk) -> None:
    with_strategy(pbx, "ringall")
    for agent in THREE:
        pbx.agent_logs_in(agent, "support")
    pbx.call_in(NUMBER, "support")
    pbx.agent_answers("agent002")
    assert ringing(pbx) == []
    assert [agent for agent in THREE if pbx.is_talking(agent)] == ["agent002"]


async def test_rrmemory_goes_round(pbx: FakeAsterisk, clock: FakeClock) -> None:
    for agent in THREE:
        pbx.agent_logs_in(agent, "support")
    rung = [(await ring_and_give_up(pbx, clock))[0] for _ in range(4)]
    assert rung == ["agent001", "agent002", "agent003", "agent001"]


async def test_linear_always_begins_with_the_first(pbx: FakeAsterisk, clock: FakeClock) -> None:
    with_strategy(pbx, "linear")
    for agent in THREE:
        pbx.agent_logs_in(agent, "support")
    rung = [(await ring_and_give_up(pbx, clock))[0] for _ in range(3)]
    assert rung == ["agent001"] * 3


@pytest.mark.parametrize("strategy", ["fewestcalls", "leastrecent"])
async def test_who_has_served_less_or_longer_ago_is_next(
    strategy: str, pbx: FakeAsterisk, clock: FakeClock
) -> None:
    with_strategy(pbx, strategy)
    for agent in THREE[:2]:
        pbx.agent_logs_in(agent, "support")
    pbx.call_in(NUMBER, "support")
    pbx.agent_answers("agent001")
    await clock.advance(5)
    pbx.agent_hangs_up("agent001")
    await clock.advance(5)
    assert await ring_and_give_up(pbx, clock) == ["agent002"]


async def test_random_uses_the_seed(clock: FakeClock) -> None:
    async def rung(seed: int) -> list[str]:
        pbx = FakeAsterisk(clock=clock, username="mhud", secret="secret", seed=seed)
        with_strategy(pbx, "random")
        for agent in THREE:
            pbx.agent_logs_in(agent, "support")
        found = [(await ring_and_give_up(pbx, clock))[0] for _ in range(12)]
        await pbx.stop()
        return found

    first = await rung(1)
    assert first == await rung(1)
    assert set(first) == set(THREE)


async def test_a_paused_a_busy_and_an_unreachable_agent_are_not_rung(
    pbx: FakeAsterisk, clock: FakeClock
) -> None:
    for agent in THREE:
        pbx.agent_logs_in(agent, "support")
    pbx.agent_pauses("agent001", "lunch")
    pbx.phone_goes("agent002")
    pbx.agent_dials("agent003", "+254700999888")
    pbx.call_in(NUMBER, "support")
    assert ringing(pbx) == []
    pbx.agent_unpauses("agent001")
    await clock.advance(1)
    assert ringing(pbx) == ["agent001"]


async def test_an_agent_rests_two_seconds_after_a_call(pbx: FakeAsterisk, clock: FakeClock) -> None:
    pbx.agent_logs_in("agent001", "support", "crisis")
    first = pbx.call_in(NUMBER, "support")
    pbx.agent_answers("agent001")
    first.hangs_up()
    pbx.call_in(NUMBER, "crisis")
    assert ringing(pbx) == []
    await clock.advance(1)
    assert ringing(pbx) == []
    await clock.advance(1)
    assert ringing(pbx) == ["agent001"]


async def test_the_heavier_queue_is_served_first(pbx: FakeAsterisk, clock: FakeClock) -> None:
    pbx.agent_logs_in("agent001", "support", "crisis", paused=True)
    pbx.call_in(NUMBER, "support")
    urgent = pbx.call_in(NUMBER, "crisis")
    pbx.agent_unpauses("agent001")
    await clock.advance(1)
    pbx.agent_answers("agent001")
    assert urgent.channel.bridge is not None


async def test_a_caller_beyond_the_limit_is_refused(pbx: FakeAsterisk, clock: FakeClock) -> None:
    queue = pbx.pbx.queues["support"]
    queue.settings = replace(queue.settings, maxlen=1)
    pbx.call_in(NUMBER, "support")
    refused = pbx.call_in(NUMBER, "support")
    assert len(queue.waiting) == 1
    await clock.advance(1)
    assert not refused.is_on_the_line


async def test_the_longest_wait_is_what_the_global_says(
    pbx: FakeAsterisk, clock: FakeClock
) -> None:
    pbx.pbx.variables["MHUD_MAX_WAIT_support"] = "20"
    pbx.agent_logs_in("agent001", "support")
    caller = pbx.call_in(NUMBER, "support")
    await clock.advance(19)
    assert caller.is_on_the_line
    await clock.advance(2)
    assert not caller.is_on_the_line
    assert not pbx.is_ringing("agent001")


async def test_a_closed_queue_takes_nobody(pbx: FakeAsterisk, clock: FakeClock) -> None:
    pbx.pbx.variables["MHUD_OPEN_support"] = "0"
    caller = pbx.call_in(NUMBER, "support")
    assert pbx.pbx.queues["support"].waiting == []
    await clock.advance(1)
    assert not caller.is_on_the_line


async def test_an_agent_who_does_not_ring_cannot_answer(pbx: FakeAsterisk) -> None:
    with pytest.raises(NotInThisState, match="agent001"):
        pbx.agent_answers("agent001")


# ---- reloading the include file


@pytest.fixture
async def reloading(clock: FakeClock, tmp_path: Path) -> AsyncIterator[tuple[FakeAsterisk, Path]]:
    include = tmp_path / "queues.conf"
    site = Site(queues={"support": QueueSettings(), "crisis": QueueSettings(strategy="linear")})
    pbx = FakeAsterisk(
        clock=clock, username="mhud", secret="secret", queue_include=include, site=site
    )
    await pbx.start()
    yield pbx, include
    await pbx.stop()


async def reload(pbx: FakeAsterisk, queue: str = "") -> None:
    async with connected(pbx.port) as client:
        await client.log_in()
        only = (f"Queue: {queue}",) if queue else ()
        answer = await client.ask("Action: QueueReload", *only, "Parameters: yes")
    assert ("Message", "Queue reloaded successfully") in answer


async def test_a_reload_takes_the_settings_of_the_include_file(
    reloading: tuple[FakeAsterisk, Path],
) -> None:
    pbx, include = reloading
    include.write_text(
        "; mhud's own\n[support](+)\nstrategy = leastrecent\nmaxlen = 7\n"
        "servicelevel=33 ; s\ntimeout => 9\n[crisis](+)\nmaxlen = 3\n"
    )
    await reload(pbx, "support")
    settings = pbx.pbx.queues["support"].settings
    assert (settings.strategy, settings.maxlen) == ("leastrecent", 7)
    assert (settings.servicelevel, settings.timeout) == (33, 9)
    assert pbx.pbx.queues["crisis"].settings == QueueSettings(strategy="linear")


async def test_a_strategy_that_does_not_exist_becomes_ringall(
    reloading: tuple[FakeAsterisk, Path],
) -> None:
    pbx, include = reloading
    include.write_text("[support](+)\nstrategy = nonsense\nstrategy = linear\nmaxlen = many\n")
    await reload(pbx)
    settings = pbx.pbx.queues["support"].settings
    assert (settings.strategy, settings.maxlen) == ("ringall", 0)


async def test_what_is_no_longer_in_the_file_is_as_it_was(
    reloading: tuple[FakeAsterisk, Path],
) -> None:
    pbx, include = reloading
    include.write_text("[support](+)\njoinempty = no\nmaxlen = 1\n[unknown](+)\nmaxlen = 1\n")
    await reload(pbx)
    assert not pbx.pbx.queues["support"].settings.joinempty
    include.unlink()
    await reload(pbx)
    assert pbx.pbx.queues["support"].settings == QueueSettings()
