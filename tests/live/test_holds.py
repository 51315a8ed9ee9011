"""Music that the dialplan plays to whom an agent holds, and agents who ask somebody meanwhile."""

from __future__ import annotations

import pytest

from mhud.ami import messages as ami
from mhud.live.holds import HELD, RESUMED
from tests.legs import DOWN, RING, Leg
from tests.scenario import Pbx, a_talk


def says(pbx: Pbx, leg: Leg | None, name: str) -> None:
    chan = leg.chan if leg else None
    pbx.say(ami.UserEvent(at=pbx.now, name=name, chan=chan, fields={}))


def asks(pbx: Pbx, caller: Leg, agent: Leg) -> tuple[Leg, Leg]:
    """As Asterisk does for Atxfer: the agent is with half a Local channel, his caller waits."""
    agent.holds()
    one = Leg(pbx, "Local/1@consult-00000000;1", DOWN, of=caller)
    two = Leg(pbx, "Local/1@consult-00000000;2", RING, of=caller)
    agent.leaves_bridge()
    one.enters("asking")
    agent.enters("asking")
    return one, two


def test_whom_the_dialplan_plays_music_to_is_on_hold() -> None:
    pbx = Pbx()
    caller, agent = a_talk(pbx, pbx.agent("agent001", "support"))
    says(pbx, caller, HELD)
    assert caller.call.status == "on-hold"
    pbx.passes(10)
    says(pbx, caller, "Something")
    assert caller.call.status == "on-hold"
    says(pbx, caller, RESUMED)
    assert (caller.call.status, caller.call.hold_s) == ("in-progress", 10.0)
    assert pbx.names("call.")[-2:] == ["call.held", "call.resumed"]
    agent.is_gone()
    caller.is_gone()
    assert pbx.live.check() == []


def test_a_hold_by_nobody_that_is_known_says_nothing() -> None:
    pbx = Pbx()
    caller, _ = a_talk(pbx, pbx.agent("agent001", "support"))
    says(pbx, None, HELD)
    assert caller.call.status == "in-progress"


def test_a_hold_ends_when_the_caller_is_taken_out_of_the_talk() -> None:
    """Somebody redirects him: the music is cut off, and nothing says that it is over."""
    pbx = Pbx()
    caller, agent = a_talk(pbx, pbx.agent("agent001", "support"))
    says(pbx, caller, HELD)
    caller.leaves_bridge()
    agent.is_gone()
    assert not pbx.live.channels[caller.chan.uniqueid].held


def test_a_hold_that_ended_unseen_with_its_talk_is_over() -> None:
    """While the link was lost the agent sent him on, and he talks with another."""
    pbx = Pbx()
    caller, agent = a_talk(pbx, pbx.agent("agent001", "support"))
    says(pbx, caller, HELD)
    pbx.say(ami.LinkLost(at=pbx.now))
    pbx.legs.pop(agent.chan.uniqueid)
    Leg(pbx, pbx.agent("agent002", "support").interface, DOWN, of=caller).is_up().bridge = "new"
    caller.bridge = "new"
    pbx.is_asked()
    assert (caller.call.status, caller.call.agent_id) == ("in-progress", "agent002")


def test_an_agent_who_asks_is_shown_to_call_and_then_to_talk() -> None:
    pbx = Pbx()
    caller, agent = a_talk(pbx, pbx.agent("agent001", "support"))
    _, two = asks(pbx, caller, agent)
    assert (caller.call.consultation, caller.call.status) == ("calling", "on-hold")
    target = Leg(pbx, "PJSIP/agent002", DOWN, of=caller)
    target.rings().is_up()
    two.is_up()
    target.talks_with(two)
    assert (caller.call.consultation, caller.call.status) == ("talking", "on-hold")
    assert caller.call.consultations == 1


def test_an_agent_who_is_back_asks_nobody_and_may_ask_again() -> None:
    pbx = Pbx()
    caller, agent = a_talk(pbx, pbx.agent("agent001", "support"))
    for turn in (1, 2):
        one, two = asks(pbx, caller, agent)
        assert (caller.call.consultation, caller.call.consultations) == ("calling", turn)
        agent.leaves_bridge()
        assert caller.bridge is not None
        agent.enters(caller.bridge)
        agent.resumes()
        one.is_gone()
        two.is_gone()
        assert (caller.call.consultation, caller.call.status) == (None, "in-progress")
    assert caller.call.transfers == 0
    assert pbx.names("call.").count("call.connected") == 1


def test_the_question_is_over_with_the_hold_that_went_with_it() -> None:
    """Asterisk may say Unhold before it says that the agent is back in the first bridge."""
    pbx = Pbx()
    caller, agent = a_talk(pbx, pbx.agent("agent001", "support"))
    asks(pbx, caller, agent)
    agent.resumes()
    assert caller.call.consultation is None


def test_a_caller_who_hangs_up_ends_the_question() -> None:
    pbx = Pbx()
    caller, agent = a_talk(pbx, pbx.agent("agent001", "support"))
    asks(pbx, caller, agent)
    caller.hangs_up()
    assert caller.call.consultation is None


def test_whom_the_caller_left_behind_talk_with_each_other() -> None:
    pbx = Pbx()
    caller, agent = a_talk(pbx, pbx.agent("agent001", "support"))
    one, two = asks(pbx, caller, agent)
    colleague = Leg(pbx, "PJSIP/agent002", DOWN, of=caller).is_up()
    colleague.enters("asking")
    one.is_gone()
    two.is_gone()
    assert (caller.call.consultation, caller.call.status) == ("talking", "on-hold")
    caller.hangs_up()
    assert (agent.call.consultation, agent.call.status) == (None, "in-progress")
    assert (agent.call.agent_id, agent.call.transfers) == ("agent001", 0)
    assert pbx.names("call.")[-1] == "call.resumed"
    agent.is_gone()
    colleague.is_gone()
    assert (agent.call.end_reason, len(agent.call.talks)) == ("completed", 1)


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "with his caller"])
def test_an_agent_who_is_alone_or_with_his_caller_asks_nobody(alone: bool) -> None:
    pbx = Pbx()
    caller, agent = a_talk(pbx, pbx.agent("agent001", "support"))
    if alone:
        agent.leaves_bridge()
        agent.enters("elsewhere")
    assert caller.call.consultation is None
