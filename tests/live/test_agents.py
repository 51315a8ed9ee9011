"""What an agent does now, and what is told when that changes."""

from __future__ import annotations

import pytest

from mhud.ami import messages as ami
from mhud.live import events
from mhud.live.model import AgentProfile, AgentStatus
from tests.legs import DOWN, Leg, Phone
from tests.scenario import Pbx, a_talk


def statuses(pbx: Pbx, agent_id: str = "agent001") -> list[str]:
    changes = pbx.all_told(events.AgentStatusChanged)
    return [str(event.agent.status) for event in changes if event.agent.id == agent_id]


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


def test_who_dials_is_on_the_call_before_anybody_answers() -> None:
    """Asterisk calls the phone in use from then on, and rings it for no queue."""
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    leg = jane.dials("5550001")
    assert (jane.status, jane.agent.call_id) == ("on-call", leg.call.id)
    assert pbx.live.available_agents("support") == 0
    pbx.dialed(leg).is_gone(17)
    leg.hangs_up()
    assert jane.status == "available"


def test_a_wrap_up_goes_on_after_a_call_that_nobody_answered() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.is_gone()
    caller.is_gone()
    dialed = jane.dials("5550001")
    assert jane.status == "on-call"
    dialed.hangs_up()
    assert jane.status == "wrap-up"
