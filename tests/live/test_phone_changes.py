"""A page that is loaded again in a call: its agent has no channel for a moment, and talks on."""

from __future__ import annotations

from mhud.live import inputs
from tests.legs import Leg, Phone
from tests.scenario import Pbx, a_talk, connected_to, transfers


def changes_phone(pbx: Pbx, agent: Phone, caller: Leg) -> None:
    pbx.say(inputs.PhoneChanges(at=pbx.now, agent_id=agent.id, call_id=caller.call.id))


def has_changed(pbx: Pbx, agent: Phone) -> None:
    pbx.say(inputs.PhoneChanges(at=pbx.now, agent_id=agent.id, call_id=None))


def rings_again(pbx: Pbx, agent: Phone, caller: Leg, old: Leg) -> Leg:
    """What Asterisk does of a Redirect: his old leg ends, and a new one rings."""
    caller.leaves_bridge()
    old.is_gone()
    return agent.is_dialed_by(caller)


def test_it_is_one_talk_of_one_call_and_no_transfer() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, old = a_talk(pbx, jane)
    before = len(pbx.told)
    changes_phone(pbx, jane, caller)
    new = rings_again(pbx, jane, caller, old)
    assert jane.shows("status", "call_id", "ringing_call_id") == ("on-call", caller.call.id, None)
    assert caller.call.status == "in-progress"
    new.is_up().talks_with(caller)
    has_changed(pbx, jane)
    assert pbx.told[before:] == []
    assert (len(caller.call.talks), caller.call.transfers) == (1, 0)
    assert (transfers(pbx), connected_to(pbx)) == ([], ["agent001"])
    assert jane.agent.day.calls == 1
    new.hangs_up()
    caller.is_gone()
    assert (caller.call.end_reason, jane.status) == ("completed", "wrap-up")


def test_a_caller_who_hangs_up_meanwhile_has_talked_until_then() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, old = a_talk(pbx, jane)
    changes_phone(pbx, jane, caller)
    new = rings_again(pbx, jane, caller, old)
    pbx.passes(2)
    caller.hangs_up()
    new.is_gone()
    has_changed(pbx, jane)
    assert (caller.call.end_reason, jane.status) == ("completed", "wrap-up")
    assert caller.call.talks[-1].ended_at == caller.call.end_time


def test_when_no_page_comes_the_talk_is_over_and_he_has_left_it() -> None:
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "support")
    caller, old = a_talk(pbx, jane)
    changes_phone(pbx, jane, caller)
    rings_again(pbx, jane, caller, old).is_gone()
    caller.joins("support")
    has_changed(pbx, jane)
    assert (caller.call.status, jane.status) == ("queued", "wrap-up")
    joe.takes(caller)
    assert (connected_to(pbx), caller.call.agent_id) == (["agent001", "agent002"], "agent002")


def test_of_an_agent_who_is_not_known_nothing_is_told() -> None:
    pbx = Pbx()
    before = len(pbx.told)
    pbx.say(inputs.PhoneChanges(at=pbx.now, agent_id="nobody", call_id="call-1"))
    assert pbx.told[before:] == []
