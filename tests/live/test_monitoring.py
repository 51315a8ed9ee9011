"""Supervisors who listen: a call of their own, and nothing changes in the one they listen to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mhud import ids
from mhud.ami import messages as ami
from mhud.live import inputs
from mhud.live.events import CallEnded, CallStarted
from mhud.live.model import Call
from tests.legs import DOWN, Leg, Phone
from tests.scenario import Pbx, a_talk


def requested(pbx: Pbx, boss: Phone, watched: Call, mode: str = "listen") -> str:
    """The channel id of his leg."""
    channel_id = f"mhud-{pbx.serial()}"
    pbx.say(
        inputs.MonitorRequested(
            at=pbx.now,
            channel_id=channel_id,
            agent_id=boss.id,
            call_id=watched.id,
            mode=mode,
            deadline_s=40,
        )
    )
    return channel_id


def spies(spy: Leg, spyee: Leg | None, mode: str = "") -> Leg:
    spy.chan = replace(spy.chan, exten=mode or spy.chan.exten)
    event = ami.ChanSpyStart(at=spy.pbx.now, chan=spy.chan, spyee=spyee.chan if spyee else None)
    spy.pbx.say(event)
    return spy


def listening(pbx: Pbx, mode: str = "listen") -> tuple[Phone, Leg, Leg, Leg]:
    """The supervisor, his leg, the caller's and the agent's."""
    jane, boss = pbx.agent("agent001", "support"), pbx.agent("agent009", "crisis")
    caller, leg = a_talk(pbx, jane)
    channel_id = requested(pbx, boss, caller.call, mode)
    spy = Leg(pbx, boss.interface, DOWN, uniqueid=channel_id).rings().is_up()
    return boss, spies(spy, leg, mode), caller, leg


def test_his_phone_is_called_rings_and_hears() -> None:
    pbx = Pbx()
    jane, boss = pbx.agent("agent001", "support"), pbx.agent("agent009", "crisis")
    caller, leg = a_talk(pbx, jane)
    channel_id = requested(pbx, boss, caller.call, "whisper")
    call_id = ids.call_id(channel_id)
    told = pbx.live.calls[call_id]
    assert (told.direction, told.monitors, told.monitor_mode) == (
        "internal",
        caller.call.id,
        "whisper",
    )
    spy = Leg(pbx, boss.interface, DOWN, uniqueid=channel_id).rings()
    assert (spy.call.status, boss.status) == ("initiating", "ringing")
    spies(spy.is_up(), leg, "whisper")
    assert (spy.call.status, boss.status) == ("in-progress", "on-call")
    assert boss.agent.call_id == call_id
    spy.hangs_up()
    assert (spy.call.end_reason, boss.status) == ("completed", "available")
    assert boss.agent.day.calls == 0
    assert [event.call.id for event in pbx.all_told(CallEnded)] == [call_id]


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
def test_the_call_that_is_listened_to_stays_as_it_is(mode: str) -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, _ = a_talk(pbx, jane)
    before, so_far = (caller.call, jane.agent), len(pbx.told)
    boss = pbx.agent("agent009", "crisis")
    spy = Leg(pbx, boss.interface, DOWN, uniqueid=requested(pbx, boss, caller.call, mode))
    spies(spy.rings().is_up(), None, mode)
    spy.hangs_up()
    assert (caller.call, jane.agent) == before
    about = {getattr(event, "call", caller.call).id for event in pbx.told[so_far:]}
    assert about <= {spy.call.id, caller.call.id}


def test_the_mode_is_the_extension_that_his_leg_was_sent_to() -> None:
    pbx = Pbx()
    _, spy, _, leg = listening(pbx)
    pbx.say(ami.ChanSpyStop(at=pbx.now, chan=spy.chan))
    assert spy.call.status == "initiating"
    spies(spy, leg, "barge")
    assert (spy.call.status, spy.call.monitor_mode) == ("in-progress", "barge")
    assert len(pbx.all_told(CallStarted)) == 2


def test_a_phone_that_does_not_answer_or_does_not_exist_ends_it() -> None:
    pbx = Pbx()
    jane, boss = pbx.agent("agent001", "support"), pbx.agent("agent009", "crisis")
    caller, _ = a_talk(pbx, jane)
    spy = Leg(pbx, boss.interface, DOWN, uniqueid=requested(pbx, boss, caller.call)).rings()
    spy.is_gone(19)
    assert spy.call.end_reason == "agent-did-not-answer"
    channel_id = requested(pbx, boss, caller.call)
    pbx.passes(41)
    ended = pbx.live.ended[ids.call_id(channel_id)]
    assert ended.end_reason == "failed"
    requested_again = inputs.MonitorRequested(
        at=pbx.now,
        channel_id=channel_id,
        agent_id=boss.id,
        call_id=caller.call.id,
        mode="listen",
        deadline_s=1,
    )
    assert pbx.say(requested_again) == []


def test_who_listens_without_us_is_known_too() -> None:
    pbx = Pbx()
    jane, boss = pbx.agent("agent001", "support"), pbx.agent("agent009", "crisis")
    caller, leg = a_talk(pbx, jane)
    spy = boss.dials("555").is_up()
    for nobody in (None, spy):
        assert not spies(spy, nobody).call.monitors
    spies(spy, leg)
    assert (spy.call.monitors, spy.call.monitor_mode) == (caller.call.id, None)
    assert (spy.call.direction, spy.call.status) == ("internal", "in-progress")


def snapshot(pbx: Pbx, spy: Leg, target: str) -> ami.Snapshot:
    seen = pbx.snapshot()
    rows = tuple(
        replace(row, application="ChanSpy", application_data=f"{target},quSE")
        if row.chan.uniqueid == spy.chan.uniqueid
        else row
        for row in seen.channels
    )
    return replace(seen, channels=rows)


def test_a_snapshot_says_who_listens_and_who_does_no_more() -> None:
    pbx = Pbx()
    _, spy, caller, leg = listening(pbx, "barge")
    for target in (leg.chan.uniqueid, leg.chan.name):
        with pbx.unheard():
            pass
        pbx.say(snapshot(pbx, spy, target))
        assert (spy.call.status, spy.call.monitors) == ("in-progress", caller.call.id)
        assert spy.call.monitor_mode == "barge"
    with pbx.unheard():
        pass
    pbx.say(pbx.snapshot())
    assert spy.call.status == "initiating"


def test_a_restarted_daemon_finds_who_listens_to_whom() -> None:
    pbx = Pbx()
    _, spy, caller, leg = listening(pbx)
    fresh = Pbx(pbx.now)
    fresh.say(snapshot(pbx, spy, leg.chan.uniqueid))
    call = fresh.live.calls[spy.call.id]
    assert (call.monitors, call.monitor_mode) == (caller.call.id, "listen")
    assert (call.direction, call.status) == ("internal", "in-progress")
