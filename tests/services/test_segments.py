"""The parts of a call: who waited, rang, talked, held, sent on and wrote up, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from mhud.feeds.tallies import spell_row
from mhud.live.events import AgentStatusChanged
from mhud.services.segments import Segment, segments_of
from mhud.store.figures import SpellRow
from tests.scenario import Pbx, a_talk


def spells(pbx: Pbx, call_id: str) -> list[SpellRow]:
    """As they would be in the store."""
    told = [event for event in pbx.all_told(AgentStatusChanged) if event.spell]
    rows = [spell_row(event.agent.id, event.spell, event.at) for event in told if event.spell]
    return [row for row in rows if row is not None and row.call_id == call_id]


def shown(found: tuple[Segment, ...]) -> list[tuple[Any, ...]]:
    return [(str(one.kind), one.duration, one.queue_id, one.agent_id, one.outcome) for one in found]


def test_the_parts_of_a_call_come_in_the_order_of_time() -> None:
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "crisis")
    caller = pbx.caller().joins("support")
    pbx.passes(5)
    leg = jane.is_rung_for(caller)
    pbx.passes(4)
    jane.answers(caller, leg)
    pbx.passes(10)
    leg.holds()
    pbx.passes(7)
    leg.resumes()
    pbx.passes(3)
    leg.hangs_up()
    caller.joins("crisis")
    pbx.passes(6)
    other = joe.takes(caller)
    pbx.passes(30)
    caller.hangs_up()
    other.is_gone()
    pbx.passes(10)
    call = caller.call
    parts = shown(segments_of(call, spells(pbx, call.id)))
    assert [part for part in parts if part[0] != "ring"] == [
        ("queue", 9, "support", "agent001", "answered"),
        ("talk", 20, None, "agent001", None),
        ("hold", 7, None, None, None),
        ("transfer", 0, None, "agent001", "blind"),
        ("queue", 6, "crisis", "agent002", "answered"),
        ("wrap-up", 10, "support", "agent001", None),
        ("talk", 30, None, "agent002", None),
        ("wrap-up", 10, "crisis", "agent002", None),
    ]
    assert ("ring", 4, "support", "agent001", None) in parts


def test_what_goes_on_has_no_end() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    pbx.passes(10)
    leg.holds()
    parts = segments_of(caller.call, [])
    assert [(str(one.kind), one.duration) for one in parts] == [
        ("queue", 0),
        ("talk", None),
        ("hold", None),
    ]
    assert parts[-1].end_time is None


def test_parts_that_begin_at_one_instant_keep_their_order() -> None:
    pbx = Pbx()
    caller, _ = a_talk(pbx, pbx.agent("agent001", "support"))
    call = caller.call
    later = replace(call.talks[0], began_at=call.talks[0].began_at + timedelta(seconds=1))
    parts = segments_of(replace(call, talks=(later, call.talks[0])), [])
    starts = [one.start_time for one in parts]
    assert starts == sorted(starts)
