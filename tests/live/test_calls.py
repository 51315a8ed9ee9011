"""What a call is: its direction, status, talks, holds, transfers and merges."""

from __future__ import annotations

import pytest

from mhud.ami import messages as ami
from mhud.live import events, inputs
from mhud.live.model import AgentProfile, Channel, EndReason
from mhud.live.talk import UP, circles
from mhud.live.world import GONE_KEPT
from tests.fake_clock import START
from tests.legs import DOWN, Leg, Phone
from tests.scenario import Pbx


def a_talk(pbx: Pbx, jane: Phone) -> tuple[Leg, Leg]:
    caller = pbx.caller().joins("support")
    return caller, jane.takes(caller)


def connected_to(pbx: Pbx) -> list[str | None]:
    return [event.call.talks[-1].agent_id for event in pbx.all_told(events.CallConnected)]


def transfers(pbx: Pbx) -> list[tuple[str, str | None, str | None]]:
    told = pbx.all_told(events.CallTransferred)
    return [(event.kind, event.from_agent_id, event.target) for event in told]


# ---- how a call begins and ends


def test_a_caller_in_the_menu_is_an_inbound_call() -> None:
    pbx = Pbx()
    call = pbx.caller("+254711", exten="116").call
    assert (call.direction, call.status) == ("inbound", "ivr")
    assert (call.caller_id, call.destination, call.gap) == ("+254711", "116", False)


def test_the_start_extension_is_no_destination() -> None:
    pbx = Pbx()
    assert pbx.caller(exten="s").call.destination is None


def test_who_hangs_up_in_the_menu_is_abandoned_and_who_is_hung_up_on_is_not() -> None:
    pbx = Pbx()
    one, two = pbx.caller().hangs_up(), pbx.caller().is_gone()
    assert one.call.end_reason is EndReason.ABANDONED
    assert two.call.end_reason is EndReason.COMPLETED


def test_a_call_ends_once_and_with_its_last_channel() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    caller.hangs_up()
    assert not caller.call.is_over
    leg.is_gone()
    assert caller.call.is_over
    assert pbx.names("call.").count("call.ended") == 1
    assert pbx.live.calls == {}


def test_the_dialplans_variables_become_path_and_tags() -> None:
    pbx = Pbx()
    caller = pbx.caller().has(ivr_path="1-2", MHU_TAGS=" child, ,urgent")
    assert (caller.call.ivr_path, caller.call.tags) == ("1-2", ("child", "urgent"))
    caller.has(MHU_TAGS="urgent,night")
    assert caller.call.tags == ("child", "urgent", "night")


def test_tags_can_be_set_on_a_call_that_lives() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    before = pbx.live.version
    pbx.say(inputs.TagsSet(at=pbx.now, call_id=caller.call.id, tags=("b",)))
    assert caller.call.tags == ("b",)
    assert pbx.live.version > before
    pbx.say(inputs.TagsSet(at=pbx.now, call_id="call-none", tags=("c",)))
    assert "call-none" not in pbx.live.calls


def test_a_recording_is_named_after_the_first_channel_that_recorded() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    for channel in (caller, leg):
        pbx.say(ami.MixMonitorStart(at=pbx.now, chan=channel.chan))
    assert (caller.call.recorded, caller.call.recording_channel) == (True, caller.chan.uniqueid)


def test_the_waits_of_a_call_are_from_start_to_answer() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller()
    pbx.passes(3)
    caller.joins("support")
    pbx.passes(4)
    leg = jane.takes(caller)
    pbx.passes(60)
    assert (caller.call.wait_time_s, caller.call.queue_wait_s) == (7, 4)
    assert caller.call.duration_s(pbx.now) == 67
    leg.hangs_up()
    caller.is_gone()
    pbx.passes(60)
    assert caller.call.duration_s(pbx.now) == 67
    assert caller.call.talks[-1].ended_at == caller.call.end_time


def test_a_call_that_a_phone_begins_is_outbound() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    leg = jane.dials("5550001")
    assert (leg.call.direction, leg.call.status) == ("outbound", "initiating")
    assert (leg.call.agent_id, leg.call.destination) == ("agent001", "5550001")
    other = pbx.dialed(leg)
    assert leg.call.status == "ringing"
    leg.is_up().talks_with(other.is_up())
    assert leg.call.status == "in-progress"
    assert connected_to(pbx) == ["agent001"]
    leg.hangs_up()
    other.is_gone()
    assert leg.call.end_reason is EndReason.COMPLETED


def test_a_phone_that_talks_to_an_application_is_in_the_menu() -> None:
    pbx = Pbx()
    leg = pbx.agent("agent001", "support").dials("*97").is_up()
    assert leg.call.status == "ivr"
    leg.hangs_up()
    assert leg.call.end_reason is EndReason.COMPLETED


@pytest.mark.parametrize("exten", ["1002", "2000", "support"])
def test_a_call_to_a_known_extension_is_internal(exten: str) -> None:
    pbx = Pbx()
    pbx.roster(
        AgentProfile(id="agent001", name="A", interface="PJSIP/agent001", extension="1001"),
        AgentProfile(id="agent002", name="B", interface="PJSIP/agent002", extension="1002"),
    )
    pbx.queue("support", extension="2000")
    jane = pbx.agent("agent001", "support")
    assert jane.dials(exten).call.direction == "internal"


def test_an_unknown_extension_that_rings_an_agents_phone_is_internal_after_all() -> None:
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "support")
    leg = jane.dials("77")
    assert leg.call.direction == "outbound"
    joe.is_dialed_by(leg)
    assert leg.call.direction == "internal"


def test_a_colleague_who_joins_an_outbound_talk_leaves_it_outbound() -> None:
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "support")
    leg = jane.dials("5550001")
    leg.is_up().talks_with(pbx.dialed(leg).is_up())
    joe.is_dialed_by(leg)
    assert leg.call.direction == "outbound"


def test_an_internal_call_connects_the_colleague() -> None:
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "support")
    leg = jane.dials("77")
    other = joe.is_dialed_by(leg)
    leg.is_up().talks_with(other.is_up())
    assert connected_to(pbx) == ["agent002"]
    assert leg.call.agent_id == "agent002"


def test_a_channel_that_begins_down_by_itself_is_somebody_elses_originate() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    leg = Leg(pbx, "PJSIP/agent001", DOWN)
    assert (leg.call.direction, leg.call.originated, leg.call.agent_id) == (
        "outbound",
        True,
        "agent001",
    )


def test_an_originate_through_local_finds_its_agent_when_his_phone_rings() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    one, two = pbx.local("1001@agents")
    assert one.call.agent_id is None
    phone = Leg(pbx, "PJSIP/agent001", DOWN, of=one).rings()
    assert one.call.agent_id == "agent001"
    phone.is_up()
    two.is_up().talks_with(phone)
    one.is_up()
    assert (one.call.direction, one.call.status) == ("outbound", "ringing")
    assert one.call.talks == ()
    there = pbx.dialed(one).is_up()
    one.talks_with(there)
    assert connected_to(pbx) == ["agent001"]
    there.hangs_up()
    for leg in (one, two, phone):
        leg.is_gone()
    assert one.call.end_reason is EndReason.COMPLETED


def test_local_halves_whose_bridges_meet_last_join_them_too() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    caller = pbx.caller()
    one, two = pbx.local("1001@agents", of=caller)
    phone = Leg(pbx, "PJSIP/agent001", DOWN, of=caller).rings().is_up()
    caller.enters("a")
    phone.enters("b")
    assert connected_to(pbx) == []
    two.enters("b")
    one.enters("a")
    assert connected_to(pbx) == ["agent001"]


def test_two_halves_that_are_joined_later_make_one_circle_of_three_bridges() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    one, two = pbx.local("1001@agents")
    caller = Leg(pbx, "PJSIP/agent001", DOWN, of=one).is_up().enters("c")
    three, four = pbx.local("5@out", of=one)
    there = pbx.dialed(one).is_up().enters("a")
    for leg, bridge in ((one, "a"), (three, "c"), (two, "b"), (four, "b")):
        leg.is_up().enters(bridge)
    assert connected_to(pbx) == ["agent001"]
    assert caller.call.id == there.call.id


# ---- hold


def test_hold_and_resume_are_told_and_their_seconds_added() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.holds()
    assert caller.call.status == "on-hold"
    pbx.passes(10)
    leg.resumes()
    assert (caller.call.status, caller.call.hold_s) == ("in-progress", 10.0)
    caller.holds()
    pbx.passes(5)
    leg.is_gone()
    caller.is_gone()
    assert caller.call.hold_s == 15.0
    assert pbx.names("call.")[-5:] == ["call.held", "call.resumed"] * 2 + ["call.ended"]


def test_hold_in_the_last_bridge_counts_to_the_end() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.holds()
    pbx.passes(5)
    pbx.live.apply(ami.LinkLost(at=pbx.now))
    pbx.legs.clear()
    pbx.lines.clear()
    pbx.is_asked()
    assert caller.call.hold_s == 5.0
    assert caller.call.held_since is None


def test_a_stray_unhold_says_nothing() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.resumes()
    assert "call.resumed" not in pbx.names()
    assert caller.call.status == "in-progress"


def test_hold_without_a_talk_is_none() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support").holds()
    assert caller.call.status == "queued"
    assert "call.held" not in pbx.names()


def test_music_between_two_bridges_is_still_the_talk() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.leaves_bridge()
    caller.leaves_bridge()
    assert caller.call.status == "in-progress"
    leg.talks_with(caller)
    assert connected_to(pbx) == ["agent001"]


def test_a_consultation_in_the_same_call_holds_the_caller() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.leaves_bridge()
    other = pbx.dialed(leg).is_up()
    leg.talks_with(other)
    assert caller.call.status == "on-hold"
    other.is_gone()
    leg.leaves_bridge().enters(caller.bridge or "")
    assert caller.call.status == "in-progress"
    assert connected_to(pbx) == ["agent001"]
    assert pbx.names("call.")[-2:] == ["call.held", "call.resumed"]


def test_a_party_that_talks_on_is_the_same_talk() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    there = pbx.dialed(caller, name="PJSIP/office").is_up()
    caller.talks_with(there)
    third = pbx.dialed(caller, name="PJSIP/third").is_up().enters(caller.bridge or "")
    assert len(caller.call.talks) == 1
    there.is_gone()
    assert len(caller.call.talks) == 2
    third.is_gone()
    assert caller.call.status == "ivr"
    assert connected_to(pbx) == [None, None]


# ---- transfers


def test_a_blind_transfer_to_a_queue_names_it() -> None:
    pbx = Pbx()
    pbx.queue("crisis", extension="2001")
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "crisis")
    caller, leg = a_talk(pbx, jane)
    pbx.say(blind(pbx, leg, caller, "2001"))
    leg.is_gone()
    caller.leaves_bridge().joins("crisis")
    joe.takes(caller)
    assert transfers(pbx) == [("blind", "agent001", "crisis")]
    assert connected_to(pbx) == ["agent001", "agent002"]
    assert caller.call.transfers == 1
    assert pbx.names("call.")[2:] == [
        "call.connected",
        "call.transferred",
        "call.queued",
        "call.connected",
    ]


def blind(pbx: Pbx, leg: Leg, caller: Leg | None, exten: str, success: bool = True) -> ami.Event:
    return ami.BlindTransfer(
        at=pbx.now,
        success=success,
        transferer=leg.chan,
        transferee=caller.chan if caller else None,
        exten=exten,
    )


def test_a_blind_transfer_to_an_agent_names_him_and_to_a_number_that() -> None:
    pbx = Pbx()
    pbx.roster(AgentProfile(id="joe", name="Joe", interface="PJSIP/p2", extension="1002"))
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    pbx.say(blind(pbx, leg, None, "1002"))
    leg.is_gone()
    assert transfers(pbx) == [("blind", "agent001", "joe")]
    assert caller.call.status == "ivr"


def test_a_transfer_that_failed_is_none() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    pbx.say(blind(pbx, leg, caller, "1", success=False))
    pbx.say(attended(pbx, leg, leg, caller, success=False))
    assert transfers(pbx) == []


def attended(
    pbx: Pbx,
    first: Leg,
    second: Leg,
    transferee: Leg | None,
    target: Leg | None = None,
    success: bool = True,
) -> ami.Event:
    return ami.AttendedTransfer(
        at=pbx.now,
        success=success,
        first_leg=first.chan,
        second_leg=second.chan,
        transferee=transferee.chan if transferee else None,
        target=target.chan if target else None,
    )


def test_a_redirect_into_a_queue_after_a_talk_is_a_blind_transfer() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    caller.leaves_bridge()
    leg.is_gone()
    caller.joins("crisis")
    assert transfers(pbx) == [("blind", "agent001", "crisis")]
    assert caller.call.agent_id is None
    caller.gives_up()
    assert caller.call.end_reason is EndReason.ABANDONED


def test_a_redirect_before_any_talk_is_no_transfer() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_dropped_by_queue().joins("crisis")
    assert transfers(pbx) == []


def a_consultation(pbx: Pbx) -> tuple[Leg, Leg, Leg, Leg]:
    """agent001 talks to a caller, and in a call of its own to agent002."""
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "support")
    caller, leg = a_talk(pbx, jane)
    leg.holds()
    pbx.passes(1)
    second = jane.dials("77")
    other = joe.is_dialed_by(second).is_up()
    second.is_up().talks_with(other)
    return caller, leg, second, other


def test_an_attended_transfer_merges_the_younger_call_into_the_older() -> None:
    pbx = Pbx()
    caller, leg, second, other = a_consultation(pbx)
    assert caller.call.id != second.call.id
    other.leaves_bridge()
    other.belongs_to(caller).enters(caller.bridge or "")
    leg.leaves_bridge()
    second.leaves_bridge()
    pbx.say(attended(pbx, leg, second, caller, other))
    leg.is_gone()
    second.is_gone()
    assert second.call.end_reason is EndReason.MERGED
    assert second.call.merged_into == caller.call.id
    assert transfers(pbx) == [("attended", "agent001", "agent002")]
    assert connected_to(pbx) == ["agent001", "agent002", "agent002"]
    assert caller.call.agent_id == "agent002"
    caller.hangs_up()
    other.is_gone()
    assert caller.call.end_reason is EndReason.COMPLETED
    assert pbx.names("call.").count("call.ended") == 2


def test_asterisks_word_of_an_attended_transfer_is_believed_when_it_comes_first() -> None:
    pbx = Pbx()
    caller, leg, second, other = a_consultation(pbx)
    pbx.say(attended(pbx, leg, second, caller, other))
    other.leaves_bridge()
    other.belongs_to(caller).enters(caller.bridge or "")
    assert transfers(pbx) == [("attended", "agent001", "agent002")]


def test_an_attended_transfer_to_no_single_channel_names_the_extension() -> None:
    pbx = Pbx()
    caller, leg, second, _ = a_consultation(pbx)
    pbx.say(attended(pbx, leg, second, None))
    assert transfers(pbx) == [("attended", "agent001", "77")]
    assert caller.call.transfers == 1


def test_an_attended_transfer_of_channels_that_are_gone_is_only_history() -> None:
    pbx = Pbx()
    _, leg, second, other = a_consultation(pbx)
    for gone in (leg, second, other):
        gone.is_gone()
    count = len(pbx.live.channels)
    pbx.say(attended(pbx, leg, second, None, other))
    assert len(pbx.live.channels) == count
    assert transfers(pbx) == []


# ---- Linkedids that change


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


# ---- names, order, time


def test_a_renamed_channel_is_found_under_its_new_endpoint() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller()
    masquerade = Leg(pbx, "PJSIP/temporary", DOWN, of=caller).is_up()
    assert jane.status == "available"
    pbx.say(
        ami.Rename(at=pbx.now, uniqueid=masquerade.chan.uniqueid, name="PJSIP/agent001-00000099")
    )
    assert jane.status == "on-call"
    pbx.say(ami.Rename(at=pbx.now, uniqueid="nobody", name="PJSIP/agent001-000000aa"))
    pbx.say(ami.Rename(at=pbx.now, uniqueid=masquerade.chan.uniqueid, name="PJSIP/gone-00000099"))
    assert jane.status == "available"


def test_events_of_calls_that_nobody_knows_end_nothing() -> None:
    pbx = Pbx()
    chan = ami.Chan(uniqueid="9.9", linkedid="9.9", name="PJSIP/trunk-9", state=6)
    assert pbx.say(ami.Hangup(at=pbx.now, chan=chan, cause=16)) == []
    assert pbx.say(ami.FullyBooted(at=pbx.now, uptime_s=1)) == []


def test_a_hangup_of_a_leg_that_was_never_seen_leaves_its_call() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    chan = ami.Chan(uniqueid="9.9", linkedid=caller.chan.linkedid, name="PJSIP/x-9", state=5)
    pbx.say(ami.Hangup(at=pbx.now, chan=chan, cause=16))
    assert len(pbx.live.channels_of(caller.call.id)) == 1


def test_a_late_word_of_a_channel_that_is_gone_does_not_bring_it_back() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.is_gone()
    pbx.say(ami.BridgeLeave(at=pbx.now, chan=leg.chan, bridge_id="bridge"))
    pbx.say(ami.NewState(at=pbx.now, chan=leg.chan))
    pbx.say(jane.about(ami.AgentCalled, caller, leg))
    assert jane.status == "wrap-up"
    caller.is_gone()
    pbx.say(ami.BridgeLeave(at=pbx.now, chan=caller.chan, bridge_id="bridge"))
    pbx.say(ami.UserEvent(at=pbx.now, name="CallEnd", chan=caller.chan, fields={}))
    assert pbx.live.calls == {}
    assert pbx.names("call.").count("call.new") == 1


def test_a_channel_id_that_is_used_again_is_a_new_call() -> None:
    pbx = Pbx()
    first = Leg(pbx, "PJSIP/agent001", DOWN, uniqueid="s-1")
    first.is_gone()
    again = Leg(pbx, "PJSIP/agent001", DOWN, uniqueid="s-1")
    assert not again.call.is_over
    assert list(pbx.live.calls) == [again.call.id]
    assert pbx.names("call.") == ["call.new", "call.ended", "call.new"]


def test_time_never_runs_backward() -> None:
    pbx = Pbx()
    pbx.passes(60)
    late = pbx.now
    pbx.now -= type(late - late)(seconds=50)
    caller = pbx.caller().joins("support")
    assert pbx.live.now == late
    assert caller.call.start_time == late
    assert caller.call.visits[-1].joined_at == late
    pbx.now = late
    pbx.passes(5)
    assert "queue.sla_breach" not in pbx.names()


def test_only_the_last_thousand_ended_calls_are_remembered() -> None:
    pbx = Pbx()
    first = pbx.caller().is_gone()
    for _ in range(999):
        pbx.caller().is_gone()
    assert first.call.is_over
    pbx.caller().is_gone()
    assert pbx.live.call(f"call-{first.chan.uniqueid}") is None
    assert len(pbx.live.ended) == 1000


def test_the_names_of_channels_that_are_gone_are_bounded() -> None:
    pbx = Pbx()
    for _ in range(GONE_KEPT + 1):
        pbx.caller().is_gone()
    assert len(pbx.live.gone) == GONE_KEPT


def test_a_blind_transfer_that_is_told_twice_is_one() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    for _ in range(2):
        pbx.say(blind(pbx, leg, caller, "77"))
    assert len(transfers(pbx)) == 1
    assert caller.call.transfers == 1


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


def test_a_bridge_that_is_left_after_the_next_was_entered_is_not_the_next() -> None:
    pbx = Pbx()
    caller = pbx.caller().enters("a")
    pbx.say(ami.BridgeEnter(at=pbx.now, chan=caller.chan, bridge_id="b"))
    pbx.say(ami.BridgeLeave(at=pbx.now, chan=caller.chan, bridge_id="a"))
    assert pbx.live.channels[caller.chan.uniqueid].bridge_id == "b"


def test_a_hold_of_half_a_second_is_half_a_second() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.holds()
    pbx.passes(0.5)
    leg.resumes()
    assert caller.call.hold_s == 0.5


def test_circles_that_a_local_channel_joins_are_one() -> None:
    def channel(name: str, bridge: str) -> Channel:
        return Channel(
            uniqueid=name,
            linkedid="1",
            name=name,
            state=UP,
            created_at=START,
            dialed=False,
            bridge_id=bridge,
        )

    two, three = (channel("PJSIP/a-1", "x"), channel("PJSIP/b-1", "x")), channel("PJSIP/c-1", "y")
    halves = (channel("Local/1@a-1;1", "x"), channel("Local/1@a-1;2", "y"))
    (circle,) = circles([*two, three, *halves])
    assert set(circle.parties) == {*two, three}
    assert len(circle.channels) == 5
