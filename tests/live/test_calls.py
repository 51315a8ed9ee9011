"""How a call begins, what it is, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mhud.ami import messages as ami
from mhud.live import inputs
from mhud.live.model import AgentProfile, EndReason
from tests.fake_clock import START
from tests.legs import DOWN, Leg
from tests.scenario import Pbx, a_talk, connected_to


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


def test_what_a_dialplan_says_of_a_call_is_kept_up_to_a_length() -> None:
    pbx = Pbx()
    many = ",".join(f"{number:03}{'x' * 100}" for number in range(30))
    caller = pbx.caller().has(ivr_path="p" * 300, MHU_TAGS=many)
    assert caller.call.ivr_path == "p" * 200
    assert (len(caller.call.tags), {len(tag) for tag in caller.call.tags}) == (20, {64})


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


def test_a_call_knows_the_names_of_all_its_recordings_each_once() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    for channel in (caller, leg, caller):
        pbx.say(ami.MixMonitorStart(at=pbx.now, chan=channel.chan))
    assert caller.call.recordings == (caller.chan.uniqueid, leg.chan.uniqueid)


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
    assert (leg.call.agent_id, leg.call.placed_by) == ("agent002", "agent001")


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


def test_a_calls_seconds_add_up_with_the_times_that_are_printed() -> None:
    pbx = Pbx(at=START + timedelta(milliseconds=900))
    caller = pbx.caller()
    pbx.passes(1.2, step=1.2)
    assert pbx.now.second - caller.call.start_time.second == 2
    assert caller.call.duration_s(pbx.now) == 2


def test_who_was_never_answered_waited_no_time_for_an_answer() -> None:
    assert Pbx().caller().joins("support").hangs_up().call.wait_time_s is None
