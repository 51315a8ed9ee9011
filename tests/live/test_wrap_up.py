"""The time to write up a call: when it begins, how long it lasts, what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mhud.live import events, inputs
from tests.scenario import Pbx, a_talk


def test_wrap_up_lasts_as_long_as_the_calls_queue_says() -> None:
    pbx = Pbx()
    pbx.queue("support", wrap_up_s=5)
    jane = pbx.agent("agent001", "crisis", "support")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    assert jane.agent.wrap_up_until == pbx.now + timedelta(seconds=5)
    pbx.passes(4)
    assert jane.status == "wrap-up"
    pbx.passes(1)
    assert jane.shows("status", "wrap_up_until") == ("available", None)


def test_no_seconds_of_wrap_up_are_no_wrap_up() -> None:
    pbx = Pbx()
    pbx.queue("support", wrap_up_s=0)
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    changes = pbx.all_told(events.AgentStatusChanged)
    assert [str(event.agent.status) for event in changes][-2:] == ["on-call", "available"]


def test_an_outbound_calls_wrap_up_is_of_the_agents_first_queue() -> None:
    pbx = Pbx()
    pbx.queue("crisis", wrap_up_s=33)
    jane = pbx.agent("agent001", "crisis", "support")
    leg = jane.dials("5550001")
    leg.is_up().talks_with(pbx.dialed(leg).is_up())
    leg.hangs_up()
    assert jane.agent.wrap_up_until == pbx.now + timedelta(seconds=33)


def test_after_an_internal_call_there_is_nothing_to_write_up() -> None:
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "support")
    leg = jane.dials("1002")
    other = joe.is_dialed_by(leg).is_up()
    leg.is_up().talks_with(other)
    assert leg.call.direction == "internal"
    assert (jane.status, joe.status) == ("on-call", "on-call")
    leg.hangs_up()
    other.is_gone()
    assert (jane.status, joe.status) == ("available", "available")


def test_the_next_call_ends_a_wrap_up_and_has_its_own() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    pbx.passes(5)
    caller, leg = a_talk(pbx, jane)
    assert jane.agent.wrap_up_until is None
    pbx.passes(60)
    leg.hangs_up()
    assert jane.agent.wrap_up_until == pbx.now + timedelta(seconds=10)


def test_a_call_that_nobody_took_leaves_nothing_to_write_up() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    jane.lets_it_ring(caller, jane.is_rung_for(caller))
    assert jane.status == "available"


def test_a_wrap_up_can_be_made_longer_and_ended() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    pbx.say(inputs.WrapUpExtended(at=pbx.now, agent_id="agent001", seconds=60))
    pbx.passes(59)
    assert jane.status == "wrap-up"
    pbx.say(inputs.WrapUpExtended(at=pbx.now, agent_id="agent001", seconds=0))
    assert jane.status == "available"


@pytest.mark.parametrize("agent_id", ["agent001", "nobody"])
def test_a_wrap_up_that_is_over_cannot_be_made_longer(agent_id: str) -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    assert pbx.say(inputs.WrapUpExtended(at=pbx.now, agent_id=agent_id, seconds=60)) == []
    assert pbx.live.agents["agent001"].wrap_up_until is None


def test_the_pause_outlasts_the_time_and_ends_the_wrap_up_when_it_ends() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    jane.pauses("wrap-up")
    pbx.passes(12)
    assert jane.shows("status", "wrap_up_until") == ("wrap-up", None)
    jane.unpauses()
    assert jane.status == "available"


def test_a_wrap_up_pause_that_is_found_ends_when_its_time_is_over() -> None:
    pbx = Pbx()
    pbx.queue("support", wrap_up_s=30)
    jane = pbx.agent("agent001", "support")
    jane.pauses("wrap-up")
    began = pbx.now
    pbx.passes(12)
    pbx.live = type(pbx.live)(pbx.timezone)
    pbx.queue("support", wrap_up_s=30)
    pbx.is_asked()
    assert jane.shows("status", "wrap_up_until") == ("wrap-up", began + timedelta(seconds=30))


def test_a_wrap_up_pause_of_unknown_age_began_now() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support", paused=True, paused_reason="wrap-up")
    assert jane.agent.wrap_up_until == pbx.now + timedelta(seconds=10)


def test_unpausing_queue_after_queue_does_not_begin_another_wrap_up() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support", "crisis", "night")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    jane.pauses("wrap-up")
    pbx.passes(2)
    pbx.say(inputs.WrapUpExtended(at=pbx.now, agent_id="agent001", seconds=0))
    jane.unpauses()
    assert jane.shows("status", "wrap_up_until") == ("available", None)


def test_who_leaves_his_queues_in_a_call_does_not_write_it_up_the_next_day() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    jane.stops_serving()
    leg.hangs_up()
    caller.is_gone()
    assert jane.status == "offline"
    pbx.passes(3600, step=600)
    jane.serves("support")
    assert jane.status == "available"


def test_an_agent_who_serves_no_queue_still_has_the_default_wrap_up_by_rule() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    leg = jane.dials("5550001")
    leg.is_up().talks_with(pbx.dialed(leg).is_up())
    leg.hangs_up()
    assert jane.status == "wrap-up"


def test_two_lines_of_one_phone_are_one_stay_on_call() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    _, one = a_talk(pbx, jane)
    other = jane.dials("5550001").is_up()
    one.is_gone()
    assert jane.status == "on-call"
    assert jane.agent.call_id == other.call.id
    other.is_gone()
    assert jane.status == "wrap-up"


def test_an_administrator_who_unpauses_ends_the_wrap_up() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    jane.pauses("wrap-up")
    pbx.passes(2)
    jane.unpauses()
    assert jane.shows("status", "wrap_up_until") == ("available", None)


def test_the_end_of_a_break_is_no_end_of_the_wrap_up() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    jane.pauses("lunch")
    leg.hangs_up()
    caller.is_gone()
    jane.unpauses()
    assert jane.status == "wrap-up"


def test_a_wrap_up_found_paused_and_unpaused_by_hand_is_over() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support").pauses("wrap-up")
    pbx.passes(20)
    jane.unpauses()
    assert jane.shows("status", "wrap_up_until") == ("available", None)
