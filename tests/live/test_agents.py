"""What an agent does now, and what is told when that changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mhud.ami import messages as ami
from mhud.live import events, inputs
from mhud.live.model import AgentProfile, AgentStatus
from tests.legs import DOWN, Leg, Phone
from tests.scenario import Pbx


def statuses(pbx: Pbx, agent_id: str = "agent001") -> list[str]:
    changes = pbx.all_told(events.AgentStatusChanged)
    return [str(event.agent.status) for event in changes if event.agent.id == agent_id]


def a_talk(pbx: Pbx, jane: Phone, queue: str = "support") -> tuple[Leg, Leg]:
    caller = pbx.caller().joins(queue)
    return caller, jane.takes(caller)


def test_an_agent_logs_in_takes_a_call_writes_up_and_logs_out() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    pbx.passes(10)
    jane.stops_serving()
    assert pbx.names("agent.") == [
        "agent.logged_in",
        "agent.status_changed",
        "agent.ringing",
        "agent.status_changed",
        "agent.status_changed",
        "agent.call_assigned",
        "agent.status_changed",
        "agent.status_changed",
        "agent.status_changed",
        "agent.logged_out",
    ]
    assert statuses(pbx) == ["available", "ringing", "on-call", "wrap-up", "available", "offline"]


def test_time_in_status_counts_from_the_change() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    pbx.passes(10)
    jane.pauses("break")
    changed = pbx.now
    pbx.passes(10)
    jane.pauses("lunch")
    assert (jane.agent.since, jane.agent.reason_code) == (changed, "lunch")


def test_a_missed_call_says_how_long_it_rang() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    jane.lets_it_ring(caller, jane.is_rung_for(caller), 15_900)
    (missed,) = pbx.all_told(events.AgentMissedCall)
    assert (missed.call.id, missed.ring_time_s) == (caller.call.id, 15)
    assert caller.call.status == "queued"
    assert jane.agent.ringing_call_id is None


def test_an_interface_that_the_queue_rings_is_an_agent_and_a_member() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    ghost = Phone(pbx, "agent007", "PJSIP/agent007")
    leg = ghost.is_rung_for(caller)
    assert (ghost.status, ghost.agent.queues) == ("ringing", ("support",))
    ghost.lets_it_ring(caller, leg)
    assert ghost.status == "available"
    assert len(pbx.all_told(events.AgentMissedCall)) == 1


def test_a_miss_of_an_interface_that_was_never_seen_is_nobodys() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    ghost = Phone(pbx, "agent007", "PJSIP/agent007")
    ghost.lets_it_ring(caller, Leg(pbx, ghost.interface, DOWN, of=caller))
    assert pbx.live.agents == {}


def test_who_logs_out_in_a_call_stays_logged_out_when_it_completes() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    leg = jane.is_rung_for(caller)
    jane.stops_serving()
    jane.answers(caller, leg)
    pbx.say(
        jane.about(ami.AgentComplete, caller, leg, hold_time_s=0, talk_time_s=0, reason="agent")
    )
    leg.is_gone()
    caller.is_gone()
    assert jane.status == "offline"
    assert pbx.names("agent.").count("agent.logged_in") == 1


def test_an_agent_who_rings_and_answers_is_read_back_by_call_and_interface() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    assert pbx.live.call_of_agent("agent001") is None
    assert pbx.live.call_of_agent("nobody") is None
    caller, leg = a_talk(pbx, jane)
    assert pbx.live.call_of_agent("agent001") == caller.call
    assert pbx.live.agent_of_interface("PJSIP/agent001") == jane.agent
    assert pbx.live.agent_of_interface("PJSIP/nobody") is None
    assert pbx.live.call(caller.call.id) == caller.call
    assert pbx.live.call("call-none") is None
    assert {channel.uniqueid for channel in pbx.live.channels_of(caller.call.id)} == {
        caller.chan.uniqueid,
        leg.chan.uniqueid,
    }
    assert pbx.live.channels_of("call-none") == ()


# ---- pauses


def test_a_pause_in_some_queues_is_shown_and_changes_no_status() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support", "crisis").pauses("break", "support")
    assert jane.status == "available"
    assert jane.agent.queues_paused == ("support",)
    assert jane.agent.reason_code is None
    jane.pauses("break", "crisis")
    assert jane.shows("status", "reason_code") == ("on-break", "break")


def test_a_pause_without_a_reason_has_none() -> None:
    pbx = Pbx()
    jane = (
        pbx.agent("agent001", "support", "crisis").pauses("", "support").pauses("lunch", "crisis")
    )
    assert jane.agent.reason_code == "lunch"
    jane.pauses("", "crisis")
    assert jane.shows("status", "reason_code") == ("on-break", None)


def test_an_unpaused_member_has_no_reason() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support", paused=False, paused_reason="old", last_pause=pbx.now)
    member = jane.agent.memberships["support"]
    assert (member.paused_reason, member.paused_since) == ("", None)


@pytest.mark.parametrize(("reason", "pending"), [("break", "on-break"), ("offline", "offline")])
def test_a_break_asked_for_in_a_call_is_pending(reason: str, pending: str) -> None:
    pbx = Pbx()
    pbx.queue("support", wrap_up_s=0)
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    assert jane.agent.pending_status is None
    jane.pauses(reason)
    assert jane.shows("status", "pending_status") == ("on-call", pending)
    leg.hangs_up()
    caller.is_gone()
    assert jane.shows("status", "pending_status") == (pending, None)


def test_the_wrap_up_pause_is_no_pending_break() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    jane.pauses("wrap-up")
    assert jane.shows("status", "pending_status") == ("wrap-up", None)


def test_a_static_member_who_is_paused_as_offline_is_offline() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support", membership="static")
    jane.pauses("offline")
    assert jane.status == "offline"
    assert pbx.names("agent.")[-2:] == ["agent.status_changed", "agent.logged_out"]
    jane.unpauses()
    assert jane.status == "available"
    assert pbx.names("agent.")[-2:] == ["agent.logged_in", "agent.status_changed"]


def test_offline_in_one_queue_only_is_a_break_in_all() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support", "crisis")
    jane.pauses("offline", "support").pauses("break", "crisis")
    assert jane.status == "on-break"


def test_who_serves_no_queue_is_offline_whatever_his_phone_does() -> None:
    pbx = Pbx()
    pbx.roster(AgentProfile(id="jane", name="Jane", interface="PJSIP/agent001"))
    pbx.agent("agent001").dials("5550001").is_up()
    assert pbx.live.agents["jane"].status is AgentStatus.OFFLINE
    assert pbx.live.agents["jane"].call_id is not None


# ---- phones


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


# ---- who is an agent


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


# ---- wrap-up


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
    assert statuses(pbx)[-2:] == ["on-call", "available"]


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
