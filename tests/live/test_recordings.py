"""Every recording of a real Asterisk gives the events that were derived from it by hand."""

from __future__ import annotations

import pytest

from mhud.live.state import LiveState
from tests import replay

STEMS = sorted(path.name.removesuffix(".events.jsonl") for path in replay.TRACES.glob("*.jsonl"))


@pytest.mark.parametrize("stem", STEMS)
def test_a_recording_gives_the_events_that_were_derived_by_hand(stem: str) -> None:
    told = replay.Projection().lines(replay.play(replay.recorded(stem)))
    assert replay.differences(told, replay.expected(stem)) == []


@pytest.mark.parametrize("stem", STEMS)
def test_no_event_of_a_recording_breaks_an_invariant(stem: str) -> None:
    live = LiveState()
    for event in replay.recorded(stem):
        live.stale = False
        live.apply(event)
        assert live.check() == [], event
