"""What a snapshot and a lost link do to what was known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mhud.ami import messages as ami
from mhud.live.inputs import QueuesSeen, Restored
from mhud.live.model import EndReason, Outcome
from mhud.live.state import LiveState
from tests.fake_clock import START
from tests.legs import RING, Leg
from tests.scenario import (
    Pbx,
    a_question_to_a_queue,
    a_talk,
    asks_a_queue,
    comes_back,
    differences,
    transfers,
    written_down,
)


def listed(pbx: Pbx, **what: Any) -> QueuesSeen:
    """A list of queues that no event has overtaken."""
    return QueuesSeen(at=pbx.now, as_of=pbx.live.member_changes, **what)


def test_the_link_is_told_lost_once_and_found_once() -> None:
    pbx = Pbx()
    pbx.say(ami.LinkLost(at=pbx.now))
    assert pbx.live.stale
    pbx.say(ami.LinkLost(at=pbx.now))
    pbx.is_asked()
    assert not pbx.live.stale
    pbx.is_asked()
    assert pbx.names() == ["pbx.connected", "pbx.disconnected", "pbx.connected"]


def test_a_fresh_state_is_stale_until_asterisk_was_asked() -> None:
    live = LiveState()
    assert live.stale
    assert live.apply(ami.LinkLost(at=START)) == []
    assert [event.type for event in live.apply(ami.Snapshot(at=START))] == ["pbx.connected"]


def test_a_call_that_ended_unseen_ends_with_the_lost_link() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    with pbx.unheard():
        caller.gives_up()
    pbx.is_asked()
    assert (caller.call.end_reason, caller.call.gap) == ("lost-link", True)
    assert [visit.outcome for visit in caller.call.visits] == [Outcome.UNKNOWN]
    assert pbx.figures("support").sla.presented == 0
    assert pbx.names()[-3:] == ["call.ended", "pbx.connected", "queue.empty"]


def test_a_call_that_lived_on_unseen_has_a_gap() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    leg = jane.takes(caller)
    with pbx.unheard():
        pbx.passes(30)
    pbx.is_asked()
    assert (caller.call.status, caller.call.gap) == ("in-progress", True)
    leg.hangs_up()
    caller.is_gone()
    assert caller.call.end_reason is EndReason.COMPLETED


def test_a_call_that_began_unseen_has_a_gap_even_while_it_only_dials() -> None:
    pbx = Pbx()
    pbx.say(ami.LinkLost(at=pbx.now))
    with pbx.unheard():
        dialing = Leg(pbx, "PJSIP/trunk", RING)
        pbx.passes(10)
    pbx.is_asked()
    assert (dialing.call.status, dialing.call.gap) == ("ivr", True)


def test_a_leg_that_was_lost_does_not_make_its_whole_call_lost() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    leg = jane.is_rung_for(caller)
    with pbx.unheard():
        leg.is_gone(19)
    pbx.is_asked()
    assert jane.status == "available"
    jane.takes(caller).hangs_up()
    caller.is_gone()
    assert caller.call.end_reason is EndReason.COMPLETED


def test_a_snapshot_in_good_times_changes_nothing() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    talking, waiting = pbx.caller().joins("support"), pbx.caller().joins("support")
    jane.takes(talking).holds()
    calls, agents = dict(pbx.live.calls), dict(pbx.live.agents)
    assert pbx.is_asked() == []
    assert pbx.live.calls == calls
    assert pbx.live.agents == agents
    assert not waiting.call.gap


def test_who_left_the_queue_unseen_left_it_for_nobody_knows_what() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    with pbx.unheard():
        caller.is_dropped_by_queue()
    pbx.is_asked()
    assert caller.call.visits[-1].outcome is Outcome.UNKNOWN
    assert caller.call.status == "ivr"
    assert "queue.empty" in pbx.names()


def test_who_was_answered_unseen_was_answered() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    with pbx.unheard():
        jane.takes(caller)
    told = pbx.is_asked()
    assert caller.call.visits[-1].outcome is Outcome.ANSWERED
    assert pbx.figures("support").handled_today == 1
    assert [event.type for event in told] == [
        "call.connected",
        "agent.call_assigned",
        "agent.status_changed",
        "pbx.connected",
        "queue.empty",
    ]


def test_who_went_to_another_queue_unseen_waits_there() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    with pbx.unheard():
        pbx.passes(5)
        caller.is_dropped_by_queue().joins("crisis")
        pbx.passes(5)
    pbx.is_asked()
    assert [visit.queue_id for visit in caller.call.visits] == ["support", "crisis"]
    assert caller.call.visits[-1].joined_at == pbx.now - timedelta(seconds=5)
    assert (caller.call.status, caller.call.queue_id) == ("queued", "crisis")


def test_who_came_unseen_is_found_with_his_age_and_place() -> None:
    pbx = Pbx()
    with pbx.unheard():
        one = pbx.caller("+254711")
        pbx.passes(3)
        two = pbx.caller("+254722").joins("support")
        one.joins("support", position=1)
        pbx.passes(4)
    told = pbx.is_asked()
    assert [event.type for event in told] == ["call.new", "call.new", "pbx.connected"]
    assert one.call.start_time == pbx.now - timedelta(seconds=7)
    assert (one.call.gap, one.call.status, one.call.queue_wait_s) == (True, "queued", 0)
    waiting = [entry.uniqueid for entry in pbx.line("support").waiting]
    assert waiting == [one.chan.uniqueid, two.chan.uniqueid]


def test_a_caller_of_a_list_whose_channel_is_not_there_waits_nowhere() -> None:
    pbx = Pbx()
    row = ami.CallerNow(queue="support", uniqueid="9.9", position=1, wait_s=1)
    pbx.say(ami.Snapshot(at=pbx.now, callers=(row,)))
    assert pbx.live.queues == {}


def test_agents_found_ringing_and_talking_are_found_so() -> None:
    pbx = Pbx()
    with pbx.unheard():
        jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "support")
        talking, waiting = pbx.caller().joins("support"), pbx.caller().joins("support")
        jane.takes(talking)
        joe.is_rung_for(waiting)
    told = pbx.is_asked()
    assert (jane.status, joe.status) == ("on-call", "ringing")
    assert [event.type for event in told if event.type.startswith("call")] == ["call.new"] * 2
    assert "agent.call_assigned" not in pbx.names()
    assert jane.agent.day.calls == 0


def test_a_leg_that_the_queue_dialed_is_known_by_its_application() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    with pbx.unheard():
        leg = jane.is_rung_for(caller).is_up()
    shown = pbx.snapshot()
    rows = tuple(
        replace(row, application="AppQueue") if row.chan.uniqueid == leg.chan.uniqueid else row
        for row in shown.channels
    )
    pbx.say(replace(shown, channels=rows))
    assert pbx.live.channels[leg.chan.uniqueid].dialed
    assert not pbx.live.channels[caller.chan.uniqueid].dialed


def test_a_calls_first_channel_is_first_wherever_the_list_has_it() -> None:
    pbx = Pbx()
    with pbx.unheard():
        jane = pbx.agent("agent001", "support")
        caller = pbx.caller("+254711")
        leg = jane.is_rung_for(caller.joins("support")).is_up()
        caller.leaves_queue().talks_with(leg)
    shown = pbx.snapshot()
    pbx.say(replace(shown, channels=shown.channels[::-1]))
    assert (caller.call.direction, caller.call.caller_id) == ("inbound", "+254711")
    assert caller.call.talks[-1].agent_id == "agent001"


def test_devices_of_a_snapshot_are_believed() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    pbx.say(replace(pbx.snapshot(), devices={"PJSIP/agent001": "UNAVAILABLE"}))
    assert jane.status == "unreachable"


def test_members_that_came_changed_and_went_unseen() -> None:
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "support")
    with pbx.unheard():
        jane.stops_serving()
        joe.pauses("break")
        ann = pbx.agent("agent003", "support")
    pbx.is_asked()
    assert (jane.status, joe.status, ann.status) == ("offline", "on-break", "available")
    assert differences(pbx.live, pbx.snapshot()) == []


def test_a_queue_that_a_reload_took_away_is_gone() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    jane = pbx.agent("agent002", "crisis")
    with pbx.unheard():
        jane.stops_serving()
    pbx.is_asked()
    assert set(pbx.live.queues) == {"support"}


def test_no_queues_at_all_is_a_queue_application_that_is_not_there() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    pbx.say(ami.Snapshot(at=pbx.now))
    assert set(pbx.live.queues) == {"support"}


@pytest.mark.parametrize("bridged", [False, True])
def test_a_call_that_had_waited_in_a_queue_that_is_gone_still_ends(bridged: bool) -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    caller = pbx.caller().joins("crisis")
    caller.is_dropped_by_queue()
    if bridged:
        caller.enters("music")
    del pbx.lines["crisis"]
    pbx.is_asked()
    assert "crisis" not in pbx.live.queues
    pbx.passes(3)
    caller.hangs_up()
    assert caller.call.is_over


def test_a_queue_where_somebody_waited_goes_with_him() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    caller = pbx.caller().joins("crisis")
    with pbx.unheard():
        caller.gives_up()
        del pbx.lines["crisis"]
    told = pbx.is_asked()
    assert "crisis" not in pbx.live.queues
    assert "queue.empty" in [event.type for event in told]


@pytest.mark.parametrize(("exten", "destination"), [("support", None), ("116123", "116123")])
def test_a_talk_that_was_under_way_is_of_the_queue_that_its_caller_is_in(
    exten: str, destination: str | None
) -> None:
    caller = ami.Chan(uniqueid="1.1", linkedid="1.1", name="PJSIP/trunk-1", state=6, exten=exten)
    row = ami.ChannelNow(
        chan=caller,
        application="Queue",
        application_data="support,t,,,600",
        bridge_id=None,
        age_s=60,
    )
    live = LiveState()
    live.apply(ami.Snapshot(at=START, channels=(row,)))
    (call,) = live.calls.values()
    assert (call.queue_id, call.destination, call.gap) == ("support", destination, True)

    again = LiveState()
    again.apply(Restored(at=START, open_calls=(replace(call, queue_id="crisis"),)))
    again.apply(ami.Snapshot(at=START, channels=(row,)))
    assert again.calls[call.id].queue_id == "crisis", "what was known is not guessed anew"


def seen(pbx: Pbx, **queue: Any) -> list[str]:
    """Asterisk is asked for its queues; what follows from the answer."""
    now = pbx.snapshot()
    said = replace(now.queues[0], **queue)
    told = pbx.say(listed(pbx, queues=(said, *now.queues[1:]), members=now.members))
    return [event.type for event in told]


def test_a_change_of_asterisks_own_files_is_told_once() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    pbx.is_asked()
    assert seen(pbx) == []
    assert seen(pbx, strategy="ringall", max_callers=5) == ["queue.config_changed"]
    assert seen(pbx, strategy="ringall", max_callers=5) == []
    queue = pbx.line("support")
    assert (queue.strategy, queue.max_callers) == ("ringall", 5)


def test_members_that_a_file_took_away_or_brought_are_seen() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    pbx.is_asked()
    now = pbx.snapshot()
    (member,) = now.members
    other = replace(member, interface="PJSIP/agent002", name="Joe")
    told = pbx.say(listed(pbx, queues=now.queues, members=(other,)))
    assert sorted(event.type for event in told) == [
        "agent.logged_in",
        "agent.logged_out",
        "agent.status_changed",
        "agent.status_changed",
    ]


def test_a_list_of_nothing_and_a_list_from_before_the_link_was_lost_change_nothing() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    pbx.is_asked()
    assert pbx.say(listed(pbx, queues=(), members=())) == []
    now = pbx.snapshot()
    pbx.say(ami.LinkLost(at=pbx.now))
    assert pbx.say(listed(pbx, queues=now.queues, members=())) == []
    assert list(pbx.line("support").members) == ["PJSIP/agent001"]


def test_a_queue_that_is_new_in_the_files_is_there() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    pbx.is_asked()
    now = pbx.snapshot()
    night = replace(now.queues[0], name="night")
    pbx.say(listed(pbx, queues=(*now.queues, night), members=now.members))
    assert list(pbx.live.queues) == ["support", "night"]


def test_a_list_that_events_have_overtaken_says_nothing_of_members() -> None:
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "support", "crisis"), pbx.agent("agent002", "support")
    now, before = pbx.snapshot(), pbx.live.member_changes
    jane.stops_serving("support")
    joe.pauses("lunch")
    pbx.say(QueuesSeen(at=pbx.now, queues=now.queues, members=now.members, as_of=before))
    assert list(pbx.line("support").members) == [joe.interface]
    assert joe.agent.queues_paused == ("support",)


def test_an_agent_who_is_bridged_with_nobody_answered_nobody() -> None:
    pbx = Pbx()
    joe = pbx.agent("agent002", "support")
    caller, leg = a_talk(pbx, pbx.agent("agent001", "crisis"), "crisis")
    one, two = pbx.local("1@consult", of=caller)
    caller.hangs_up()
    leg.is_gone()
    one.is_up().enters("left-alone")
    two.is_up().joins("support")
    with pbx.unheard():
        joe.takes(two)
    pbx.is_asked()
    assert caller.call.status != "queued"
    assert [visit.outcome for visit in caller.call.visits] == [Outcome.ANSWERED, Outcome.UNKNOWN]


def in_doubt(pbx: Pbx, *gone: Leg) -> None:
    """Asterisk lists these no more, and what it says of their end is still on its way."""
    for leg in gone:
        pbx.legs.pop(leg.chan.uniqueid)
        if leg.queue is not None and leg in pbx.lines[leg.queue]:
            pbx.lines[leg.queue].remove(leg)
    pbx.is_asked()


def test_an_end_that_is_on_its_way_is_no_loss() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    leg = jane.takes(caller)
    pbx.passes(10)
    in_doubt(pbx, caller, leg)
    assert caller.call.status == "in-progress"
    pbx.passes(1)
    caller.hangs_up()
    leg.is_gone()
    assert (caller.call.end_reason, caller.call.gap) == ("completed", False)


def test_a_caller_whose_giving_up_is_on_its_way_has_abandoned() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.passes(10)
    in_doubt(pbx, caller)
    caller.gives_up()
    assert (caller.call.end_reason, caller.call.gap) == ("abandoned", False)
    assert pbx.figures("support").abandoned_today == 1


def test_a_caller_whose_answer_is_on_its_way_is_answered() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    leg = jane.is_rung_for(caller)
    pbx.lines["support"].remove(caller)
    pbx.is_asked()
    jane.answers(caller, leg)
    assert [visit.outcome for visit in caller.call.visits] == [Outcome.ANSWERED]
    caller.hangs_up()
    leg.is_gone()
    assert caller.call.end_reason is EndReason.COMPLETED


def test_an_end_that_does_not_come_is_a_loss() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    other = pbx.caller().joins("support")
    pbx.passes(10)
    in_doubt(pbx, caller)
    pbx.passes(1)
    assert caller.call.status == "queued"
    pbx.passes(2)
    assert (caller.call.end_reason, caller.call.gap) == ("lost-link", True)
    assert [visit.outcome for visit in caller.call.visits] == [Outcome.UNKNOWN]
    assert [entry.call_id for entry in pbx.line("support").waiting] == [other.call.id]
    assert differences(pbx.live, pbx.snapshot()) == []


def test_a_caller_who_left_the_queue_unheard_waits_no_more() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.lines["support"].remove(caller)
    pbx.is_asked()
    pbx.passes(3)
    assert pbx.line("support").waiting == ()
    assert [visit.outcome for visit in caller.call.visits] == [Outcome.UNKNOWN]
    assert caller.call.status == "ivr"


def test_what_asterisk_lists_again_is_not_lost() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    in_doubt(pbx, caller)
    pbx.legs[caller.chan.uniqueid] = caller
    pbx.lines["support"].append(caller)
    pbx.passes(1)
    pbx.is_asked()
    pbx.passes(10)
    assert caller.call.status == "queued"
    assert len(pbx.line("support").waiting) == 1


def test_a_caller_who_left_and_joined_again_while_in_doubt_waits() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.lines["support"].remove(caller)
    pbx.is_asked()
    pbx.passes(1)
    caller.leaves_queue().joins("support")
    pbx.passes(10)
    assert len(pbx.line("support").waiting) == 1
    assert caller.call.status == "queued"


def test_a_lost_link_ends_all_doubts() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    in_doubt(pbx, caller)
    pbx.say(ami.LinkLost(at=pbx.now))
    pbx.passes(10)
    assert caller.call.status == "queued"
    pbx.is_asked()
    assert caller.call.end_reason is EndReason.LOST_LINK


def test_a_leg_in_doubt_that_is_lost_leaves_its_call() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    leg = pbx.agent("agent001", "support").is_rung_for(caller)
    in_doubt(pbx, leg)
    pbx.passes(3)
    assert caller.call.status == "queued"
    assert list(pbx.live.channels) == [caller.chan.uniqueid]


@pytest.mark.parametrize("by", ["link", "restart"])
def test_a_question_to_a_queue_that_ended_unseen_takes_no_caller_from_his_agent(by: str) -> None:
    pbx = Pbx()
    joe = pbx.agent("agent002", "support")
    question = caller, leg, _, _ = a_question_to_a_queue(pbx)
    before = written_down(pbx)
    with pbx.unheard():
        comes_back(*question)
    pbx.is_asked() if by == "link" else pbx.daemon_restarts(before)
    assert (caller.call.agent_id, caller.call.queue_id) == ("agent001", "crisis")
    leg.resumes()
    assert caller.call.status == "in-progress"
    one, two = asks_a_queue(pbx, caller, leg)
    one.is_up()
    joe.takes(two.is_up())
    assert (caller.call.status, caller.call.agent_id) == ("on-hold", "agent001")
    assert transfers(pbx) == []


@pytest.mark.parametrize("by", ["link", "restart"])
def test_a_question_to_a_queue_that_began_unseen_takes_no_caller_from_his_agent(by: str) -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "crisis"), "crisis")
    before = written_down(pbx)
    with pbx.unheard():
        asks_a_queue(pbx, caller, leg)
    pbx.is_asked() if by == "link" else pbx.daemon_restarts(before)
    assert (caller.call.agent_id, caller.call.queue_id) == ("agent001", "crisis")
    assert transfers(pbx) == []
    assert [entry.call_id for entry in pbx.line("support").waiting] == [caller.call.id]


@pytest.mark.parametrize("by", ["link", "restart"])
def test_a_colleague_who_was_asked_and_took_the_caller_unseen_has_him(by: str) -> None:
    pbx = Pbx()
    joe = pbx.agent("agent002", "support")
    caller, leg, one, two = a_question_to_a_queue(pbx)
    before = written_down(pbx)
    with pbx.unheard():
        one.is_up()
        joe.takes(two.is_up())
        leg.is_gone()
        one.leaves_bridge()
        one.enters(caller.bridge or "")
    pbx.is_asked() if by == "link" else pbx.daemon_restarts(before)
    assert (caller.call.status, caller.call.agent_id) == ("in-progress", "agent002")
