"""Recordings that pause, tags, the order of those who wait, and wrap-ups that grow."""

from __future__ import annotations

from datetime import timedelta

from mhud.ami import messages as ami
from mhud.live import events, inputs
from mhud.live.model import Call
from tests.legs import Leg
from tests.scenario import Pbx, a_talk


def recorded(pbx: Pbx) -> tuple[Leg, Leg]:
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    pbx.say(ami.MixMonitorStart(at=pbx.now, chan=caller.chan))
    return caller, leg


def mutes(leg: Leg, muted: bool) -> None:
    leg.pbx.say(ami.MixMonitorMute(at=leg.pbx.now, chan=leg.chan, muted=muted))


def test_a_recording_pauses_and_goes_on_and_both_are_told_once() -> None:
    pbx = Pbx()
    caller, leg = recorded(pbx)
    mutes(leg, True)  # another recording, by another hand
    assert not caller.call.recording_paused
    for muted in (True, True, False, False):
        mutes(caller, muted)
        assert caller.call.recording_paused is muted
    assert len(pbx.all_told(events.CallRecordingPaused)) == 1
    assert len(pbx.all_told(events.CallRecordingResumed)) == 1


def test_a_recording_that_ends_is_paused_no_more() -> None:
    pbx = Pbx()
    caller, leg = recorded(pbx)
    mutes(caller, True)
    pbx.say(ami.MixMonitorStop(at=pbx.now, chan=leg.chan))
    assert caller.call.recording_paused
    pbx.say(ami.MixMonitorStop(at=pbx.now, chan=caller.chan))
    assert not caller.call.recording_paused


def test_a_pause_says_that_a_call_which_was_found_is_recorded() -> None:
    pbx = Pbx()
    caller, _ = a_talk(pbx, pbx.agent("agent001", "support"))
    mutes(caller, True)
    assert (caller.call.recorded, caller.call.recording_channel) == (True, caller.chan.uniqueid)


def test_a_recording_that_begins_anew_when_the_first_channel_is_gone_is_not_paused() -> None:
    pbx = Pbx()
    caller, leg = recorded(pbx)
    mutes(caller, True)
    pbx.say(ami.MixMonitorStart(at=pbx.now, chan=leg.chan))
    assert caller.call.recording_paused  # the first goes on, silent
    caller.is_gone()
    pbx.say(ami.MixMonitorStart(at=pbx.now, chan=leg.chan))
    assert not leg.call.recording_paused
    mutes(leg, True)
    assert leg.call.recording_paused


# ---- tags


def tagged(pbx: Pbx, call: Call, *tags: str, stored: Call | None = None) -> None:
    pbx.say(inputs.TagsSet(at=pbx.now, call_id=call.id, tags=tags, stored=stored))


def test_a_person_s_tags_take_the_place_of_the_dialplan_s() -> None:
    pbx = Pbx()
    caller = pbx.caller().has(MHU_TAGS="overflow")
    assert caller.call.tags == ("overflow",)
    tagged(pbx, caller.call)
    caller.has(MHU_TAGS="overflow")
    assert not caller.call.tags
    tagged(pbx, caller.call, "urgent")
    tagged(pbx, caller.call, "urgent")
    assert [e.call.tags for e in pbx.all_told(events.CallTagged)] == [(), ("urgent",)]


def test_a_call_that_is_over_is_tagged_from_memory_or_from_the_store() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    caller.hangs_up()
    tagged(pbx, caller.call, "late")
    assert caller.call.tags == ("late",)
    stored = caller.call
    pbx.live.ended.clear()
    tagged(pbx, stored, "later")
    assert pbx.live.call(stored.id) is None
    tagged(pbx, stored, "latest", stored=stored)
    assert caller.call.tags == ("latest",)
    told = [(e.call.tags, e.call.is_over) for e in pbx.all_told(events.CallTagged)]
    assert told == [(("late",), True), (("latest",), True)]


# ---- the order of callers


def seen(pbx: Pbx, queue: str, *legs: Leg) -> None:
    callers = tuple(
        ami.CallerNow(queue=queue, uniqueid=leg.chan.uniqueid, position=n, wait_s=0)
        for n, leg in enumerate(legs, 1)
    )
    pbx.say(inputs.CallersSeen(at=pbx.now, queue=queue, callers=callers))


def test_callers_stand_as_asterisk_lists_them_whoever_comes_and_goes_meanwhile() -> None:
    pbx = Pbx()
    pbx.queue("support")
    a, b, c = (pbx.caller(f"25470{n}").joins("support") for n in range(3))
    waits = [e.uniqueid for e in pbx.live.queues["support"].waiting]
    assert waits == [leg.chan.uniqueid for leg in (a, b, c)]
    late, version = pbx.caller("25479").joins("support"), pbx.live.version
    b.gives_up()
    seen(pbx, "support", c, b, a)
    waits = [e.uniqueid for e in pbx.live.queues["support"].waiting]
    assert waits == [leg.chan.uniqueid for leg in (c, a, late)]
    assert pbx.live.version > version
    version = pbx.live.version
    seen(pbx, "support", c, a, late)
    seen(pbx, "nowhere", c)
    assert pbx.live.version == version


# ---- wrap-up


def test_more_wrap_up_is_added_to_what_is_left_up_to_a_limit() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    more = inputs.WrapUpProlonged(at=pbx.now, agent_id="agent001", seconds=30, limit_s=60)
    assert pbx.say(more) == []
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    pbx.passes(4)
    for left in (36, 60):
        more = inputs.WrapUpProlonged(at=pbx.now, agent_id="agent001", seconds=30, limit_s=60)
        pbx.say(more)
        assert jane.agent.wrap_up_until == pbx.now + timedelta(seconds=left)
    assert pbx.say(inputs.WrapUpProlonged(at=pbx.now, agent_id="no", seconds=1, limit_s=1)) == []
