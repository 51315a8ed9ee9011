"""Calls that become one because a Linkedid changed."""

from __future__ import annotations

from mhud.ami import messages as ami
from mhud.live import events
from mhud.live.model import EndReason
from tests.legs import DOWN, Leg
from tests.scenario import Pbx, a_talk, connected_to


def test_an_older_call_that_takes_the_youngers_name_swallows_it() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    pbx.passes(1)
    young = pbx.caller("+254722")
    younger_id = young.call.id
    caller.belongs_to(young).is_up()
    assert pbx.live.call(younger_id).merged_into == caller.call.id  # type: ignore[union-attr]
    assert caller.call.linkedids == (caller.chan.uniqueid, young.chan.uniqueid)
    young.hangs_up()
    assert not caller.call.is_over
    caller.hangs_up()
    assert caller.call.is_over
    assert pbx.names("call.").count("call.ended") == 2


def test_a_younger_channel_moves_and_its_call_ends_with_its_last_one() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    pbx.passes(1)
    young = pbx.caller("+254722")
    rest = pbx.dialed(young)
    young.belongs_to(caller).is_up()
    assert not young.call.is_over
    rest.is_gone()
    assert (young.call.end_reason, young.call.merged_into) == ("merged", caller.call.id)
    assert len(pbx.live.channels_of(caller.call.id)) == 2


def test_a_new_name_that_no_other_call_has_is_a_second_name() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    other = pbx.dialed(caller)
    stranger = Leg.__new__(Leg)
    stranger.chan = ami.Chan(uniqueid="x", linkedid="1741000000.99", name="PJSIP/x-1", state=6)
    caller.belongs_to(stranger).is_up()
    assert caller.call.linkedids == (caller.chan.uniqueid, "1741000000.99")
    other.belongs_to(stranger).is_up()
    assert len(pbx.live.calls) == 1
    other.is_gone()
    caller.is_gone()
    assert caller.call.is_over


def test_who_waits_when_his_call_is_merged_waits_on_for_the_older_call() -> None:
    pbx = Pbx()
    pbx.queue("support", service_level_s=10)
    older = pbx.caller()
    pbx.passes(1)
    young = pbx.caller("+254722").joins("support")
    young.belongs_to(older).is_up()
    assert pbx.line("support").waiting[0].call_id == older.call.id
    assert older.call.status == "queued"
    pbx.passes(15)
    (breach,) = pbx.all_told(events.QueueSlaBreach)
    assert breach.call.id == older.call.id
    young.gives_up()
    older.is_gone()
    assert older.call.end_reason is EndReason.ABANDONED
    assert pbx.figures("support").sla.presented == 1


def test_who_had_left_the_queue_when_his_call_merged_was_not_abandoned() -> None:
    pbx = Pbx()
    older = pbx.caller()
    pbx.passes(1)
    young = pbx.caller("+254722").joins("support").is_dropped_by_queue()
    young.belongs_to(older).is_up()
    assert young.call.end_reason is EndReason.MERGED
    assert [str(visit.outcome) for visit in young.call.visits] == ["left"]


def test_a_phone_that_is_rung_for_a_call_that_merges_rings_on() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    older = pbx.caller()
    pbx.passes(1)
    young = pbx.caller("+254722").joins("support")
    leg = Leg(pbx, jane.interface, DOWN, of=young)
    pbx.say(jane.about(ami.AgentCalled, young, leg))
    leg.belongs_to(older).becomes(DOWN)
    young.belongs_to(older).is_up()
    assert (jane.status, jane.agent.ringing_call_id) == ("ringing", older.call.id)


def test_two_channels_of_one_call_that_wait_are_merged_with_it() -> None:
    pbx = Pbx()
    older = pbx.caller()
    pbx.passes(1)
    with pbx.unheard():
        one = pbx.caller("+254722").joins("support")
        two = Leg(pbx, "PJSIP/trunk", DOWN, of=one).joins("support")
    pbx.is_asked()
    for leg in (one, two):
        leg.belongs_to(older).is_up()
    assert {entry.call_id for entry in pbx.line("support").waiting} == {older.call.id}


def test_a_transfer_into_a_queues_talk_joins_the_bridges_and_the_calls() -> None:
    """Two applications that run on are linked by a Local channel; no event renames the agent."""
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "crisis"), pbx.agent("agent002", "support")
    caller, leg = a_talk(pbx, jane, "crisis")
    pbx.passes(1)
    leg.holds()
    second = jane.dials("support").joins("support")
    target = joe.takes(second)
    one, two = pbx.local("_attended@transfer", of=caller)
    leg.resumes()
    second_bridge, first_bridge = second.bridge or "", leg.bridge or ""
    second.leaves_bridge()
    two.is_up().enters(second_bridge)
    leg.leaves_bridge()
    one.enters(first_bridge)
    one.is_up()
    leg.is_gone()
    second.is_gone()
    assert (caller.call.status, caller.call.agent_id) == ("in-progress", "agent002")
    assert joe.agent.call_id == caller.call.id
    assert (second.call.end_reason, second.call.merged_into) == ("merged", caller.call.id)
    assert connected_to(pbx) == ["agent001", "agent002", "agent002"]
    for each in (one, two, target.belongs_to(caller), caller):
        each.is_gone()
    assert joe.status == "wrap-up"
    assert caller.call.end_reason == "completed"
