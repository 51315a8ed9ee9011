"""Which phone is whose, and who is an agent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mhud.ami import messages as ami
from mhud.live import events
from mhud.live.model import AgentProfile, AgentStatus
from tests.legs import DOWN, Leg, Phone
from tests.scenario import Pbx, a_talk


@pytest.mark.parametrize("status", [4, 5])
def test_a_phone_that_is_gone_makes_its_agent_unreachable(status: int) -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support").device_is(status)
    assert jane.status == "unreachable"
    jane.device_is(1)
    assert jane.status == "available"


def test_unreachable_stands_before_a_break() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support").pauses("break").device_is(5)
    assert jane.status == "unreachable"


def test_a_device_state_is_believed_and_a_member_of_unknown_state_leaves_it() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    pbx.say(ami.DeviceStateChange(at=pbx.now, device="PJSIP/agent001", state="UNAVAILABLE"))
    assert jane.shows("status", "device_state") == ("unreachable", "UNAVAILABLE")
    jane.device_is(0)
    assert jane.status == "unreachable"
    pbx.say(ami.DeviceStateChange(at=pbx.now, device="PJSIP/nobody", state="UNAVAILABLE"))
    assert "nobody" not in pbx.live.agents


@pytest.mark.parametrize(
    ("status", "word"),
    [(1, "NOT_INUSE"), (2, "INUSE"), (3, "BUSY"), (6, "RINGING"), (7, "RINGINUSE"), (8, "ONHOLD")],
)
def test_the_queues_number_for_a_phone_has_a_word(status: int, word: str) -> None:
    pbx = Pbx()
    assert pbx.agent("agent001", "support").device_is(status).agent.device_state == word


def test_a_local_member_is_known_by_its_extension() -> None:
    pbx = Pbx()
    jane = pbx.agent("1001", "support", interface="Local/1001@agents/n")
    assert jane.status == "available"
    assert pbx.live.agent_of_interface("Local/1001@agents/n") == jane.agent


def test_a_local_members_own_phone_is_his_state_interface() -> None:
    pbx = Pbx()
    more = {"state_interface": "PJSIP/phone1"}
    jane = pbx.agent("1001", "support", interface="Local/1001@agents/n", **more)
    pbx.say(ami.DeviceStateChange(at=pbx.now, device="PJSIP/phone1", state="UNAVAILABLE"))
    assert jane.status == "unreachable"


def test_a_call_to_a_local_member_rings_and_talks_through_its_halves() -> None:
    pbx = Pbx()
    more = {"state_interface": "PJSIP/phone1"}
    jane = pbx.agent("1001", "support", interface="Local/1001@agents/n", **more)
    caller = pbx.caller().joins("support")
    one, two = pbx.local("1001@agents", of=caller)
    phone = Leg(pbx, "PJSIP/phone1", DOWN, of=caller).rings()
    assert jane.status == "ringing"
    phone.is_up()
    two.is_up().talks_with(phone)
    one.is_up()
    jane.answers(caller, one)
    assert jane.shows("status", "call_id") == ("on-call", caller.call.id)
    assert caller.call.talks[-1].agent_id == "1001"
    for leg in (one, two, phone, caller):
        leg.is_gone()
    assert jane.status == "wrap-up"
    assert len(pbx.all_told(events.AgentCallAssigned)) == 1


def test_two_technologies_of_one_name_are_two_agents() -> None:
    pbx = Pbx()
    pbx.agent("x", "support", interface="PJSIP/1001")
    pbx.agent("y", "support", interface="SIP/1001")
    assert set(pbx.live.agents) == {"1001", "SIP-1001"}


def test_a_members_name_is_the_adopted_agents_unless_it_is_only_the_interface() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support", name="Jane Smith")
    pbx.agent("agent002", "support", name="PJSIP/agent002")
    pbx.agent("nonsense", "support", interface="nonsense")
    assert pbx.live.agents["agent001"].profile.name == "Jane Smith"
    assert pbx.live.agents["agent002"].profile.name == "agent002"
    assert pbx.live.agents["nonsense"].profile.name == "nonsense"


def test_a_roster_names_the_agents_before_they_come() -> None:
    pbx = Pbx()
    pbx.roster(
        AgentProfile(id="jane", name="Jane", interface="PJSIP/p1", queues=("support",)),
        AgentProfile(id="joe", name="Joe", interface="PJSIP/p2"),
    )
    assert pbx.live.agents["jane"].queues == ("support",)
    phone = pbx.agent("jane", "crisis", interface="PJSIP/p1")
    assert phone.status == "available"
    assert phone.agent.queues == ("crisis",)
    pbx.roster()
    assert set(pbx.live.agents) == {"jane"}  # who serves a queue stays until he leaves it
    phone.stops_serving()
    pbx.roster()
    assert pbx.live.agents == {}
    assert pbx.live.agent_of_interface("PJSIP/p1") is None


def test_who_is_in_no_roster_any_more_is_left_behind_when_he_has_left_his_queues() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support").stops_serving()  # he never was in one
    jane = AgentProfile(id="jane", name="Jane", interface="PJSIP/p1", username="jane")
    pbx.roster(jane)
    phone = pbx.agent("jane", "crisis", interface="PJSIP/p1")
    assert not pbx.live.has_left_behind({"jane"})
    assert not pbx.live.has_left_behind(set())  # he serves a queue still
    phone.stops_serving()
    assert pbx.live.has_left_behind(set())
    assert not pbx.live.has_left_behind({"jane"})


def test_a_roster_that_takes_over_an_adopted_agents_phone_takes_his_queues_too() -> None:
    pbx = Pbx()
    phone = pbx.agent("agent001", "support", "crisis")
    pbx.roster(AgentProfile(id="jane", name="Jane", interface="PJSIP/agent001"))
    jane = pbx.live.agents["jane"]
    assert (set(jane.memberships), jane.status) == ({"support", "crisis"}, "available")
    assert "agent001" not in pbx.live.agents
    phone.pauses("break")
    assert pbx.live.agents["jane"].status is AgentStatus.ON_BREAK


def test_a_new_phone_of_a_serving_agent_leaves_his_old_membership_his_own() -> None:
    pbx = Pbx()
    pbx.roster(AgentProfile(id="jane", name="Jane", interface="PJSIP/p1"))
    old = pbx.agent("jane", "support", interface="PJSIP/p1")
    pbx.roster(AgentProfile(id="jane", name="Jane", interface="PJSIP/p2"))
    assert pbx.live.agent_of_interface("PJSIP/p1") is None
    old.stops_serving()
    new = pbx.agent("jane", "support", interface="PJSIP/p2")
    assert set(pbx.live.agents) == {"jane"}
    a_talk(pbx, new)
    assert new.status == "on-call"


def test_a_member_who_goes_without_having_been_seen_is_nobody() -> None:
    pbx = Pbx()
    ghost = Phone(pbx, "agent007", "PJSIP/agent007")
    member = ami.MemberState(
        queue="support",
        interface=ghost.interface,
        name="",
        membership="dynamic",
        penalty=0,
        status=1,
        paused=False,
        paused_reason="",
    )
    assert pbx.say(ami.QueueMemberRemoved(at=pbx.now, member=member)) == []


def test_an_agents_first_queue_stays_the_first() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support", "crisis").pauses("break", "support").device_is(2)
    assert jane.agent.queues == ("support", "crisis")


def test_a_penalty_is_the_members() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    pbx.say(ami.QueueMemberPenalty(at=pbx.now, member=changed(jane, penalty=7)))
    assert jane.agent.memberships["support"].penalty == 7


def changed(phone: Phone, penalty: int) -> ami.MemberState:
    return replace(phone.members["support"], penalty=penalty)
