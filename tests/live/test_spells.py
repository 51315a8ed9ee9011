"""What agents did until their status changed, and the times of holds and transfers: for reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mhud.live import events
from mhud.live.model import Hold, Spell, Transfer
from tests.legs import Phone
from tests.scenario import Pbx, a_talk, written_down


def spells(pbx: Pbx, phone: Phone) -> list[Spell]:
    told = pbx.all_told(events.AgentStatusChanged)
    return [event.spell for event in told if event.agent.id == phone.agent.id and event.spell]


def test_each_change_of_status_says_what_the_agent_did_since_when_and_in_which_call() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    pbx.passes(5)
    began = pbx.now
    leg = jane.is_rung_for(caller)
    pbx.passes(4)
    jane.answers(caller, leg)
    pbx.passes(60)
    call_id = caller.call.id
    leg.hangs_up()
    caller.is_gone()
    pbx.passes(10)
    did = [
        (spell.status, spell.began_at - began, spell.call.id if spell.call else None)
        for spell in spells(pbx, jane)
    ]
    assert did[-3:] == [
        ("ringing", timedelta(), call_id),
        ("on-call", timedelta(seconds=4), call_id),
        ("wrap-up", timedelta(seconds=64), call_id),
    ]


def test_a_wrap_up_is_of_the_call_that_his_call_became() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    older = caller.call
    second = pbx.caller("+254722")
    second.talks_with(leg)
    second.belongs_to(caller)
    leg.hangs_up()
    pbx.passes(10)
    written_up = [spell for spell in spells(pbx, jane) if spell.status == "wrap-up"]
    assert [spell.call.id for spell in written_up if spell.call] == [older.id]


def test_a_wrap_up_that_goes_on_over_a_restart_is_still_of_the_talk_before_it() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    call_id = caller.call.id
    leg.hangs_up()
    caller.is_gone()
    jane.pauses("wrap-up")
    pbx.passes(3)
    pbx.daemon_restarts(written_down(pbx))
    jane.unpauses()
    pbx.passes(20)
    written_up = [spell for spell in spells(pbx, jane) if spell.status == "wrap-up"]
    assert [spell.call.id for spell in written_up if spell.call] == [call_id]


def test_a_wrap_up_that_follows_no_talk_is_of_no_call() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    joe = pbx.agent("agent002", "support")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    joe.pauses("wrap-up")
    pbx.passes(60)
    joe.unpauses()
    pbx.passes(60)
    written_up = [spell for spell in spells(pbx, joe) if spell.status == "wrap-up"]
    assert [spell.call for spell in written_up] == [None]


def test_a_call_keeps_when_it_was_on_hold() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    pbx.passes(10)
    held = pbx.now
    leg.holds()
    pbx.passes(7)
    leg.resumes()
    pbx.passes(5)
    again = pbx.now
    leg.holds()
    pbx.passes(2)
    leg.hangs_up()
    caller.is_gone()
    assert caller.call.holds == (
        Hold(began_at=held, ended_at=held + timedelta(seconds=7)),
        Hold(began_at=again, ended_at=again + timedelta(seconds=2)),
    )
    assert caller.call.hold_s == 9


def test_a_call_keeps_when_and_by_whom_it_was_sent_on() -> None:
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "crisis")
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.joins("crisis")
    sent_on = Transfer(at=pbx.now, kind="blind", agent_id="agent001")
    pbx.passes(5)
    joe.takes(caller)
    assert [replace(one, at=pbx.now) for one in caller.call.sent_on] == [
        replace(sent_on, at=pbx.now)
    ]


def test_a_stay_in_a_queue_keeps_the_threshold_that_it_is_judged_by() -> None:
    pbx = Pbx()
    pbx.queue("support", service_level_s=45)
    caller = pbx.caller().joins("support")
    assert caller.call.visits[-1].service_level_s == 45
