"""The invariants that the other tests rely on notice what they are there for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mhud.live.model import CallStatus
from mhud.live.state import CROWDS, LiveState
from tests.scenario import Pbx

ONE, TWO = "1741000000.1", "1741000000.2"


def a_world() -> LiveState:
    """A caller who waits, and one who is in the menu; an agent."""
    pbx = Pbx()
    pbx.caller().joins("support")
    pbx.caller()
    pbx.agent("agent001", "support", "crisis")
    return pbx.live


def test_a_world_that_grew_by_events_is_whole() -> None:
    assert a_world().check() == []


def forget_call(live: LiveState) -> None:
    del live.calls[f"call-{TWO}"], live.tracks[f"call-{TWO}"]


def forget_call_but_not_its_track(live: LiveState) -> None:
    del live.calls[f"call-{TWO}"]


def forget_leg(live: LiveState) -> None:
    live.tracks[f"call-{TWO}"].channels.clear()


def forget_endpoint(live: LiveState) -> None:
    live.by_endpoint.clear()


def end_call(live: LiveState) -> None:
    call = live.calls[f"call-{TWO}"]
    live.calls[call.id] = replace(call, status=CallStatus.ENDED)


def forget_channel(live: LiveState) -> None:
    del live.channels[TWO]


def forget_waiting_channel(live: LiveState) -> None:
    del live.channels[ONE]


def ring_a_ghost(live: LiveState) -> None:
    live.tracks[f"call-{TWO}"].called["ghost"] = None


def remember_open_call(live: LiveState) -> None:
    live.ended[f"call-{TWO}"] = live.calls[f"call-{TWO}"]


def wait_twice(live: LiveState) -> None:
    waiting = live.queues["support"].waiting
    live.queues["crisis"] = replace(live.queues["crisis"], waiting=waiting)


def forget_memberships(live: LiveState) -> None:
    live.agents["agent001"] = replace(live.agents["agent001"], memberships={})


def forget_members(live: LiveState) -> None:
    live.queues["support"] = replace(live.queues["support"], members={})


def talk_in_the_past(live: LiveState) -> None:
    live.agents["agent001"] = replace(live.agents["agent001"], call_id="call-over")


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (forget_call, "belongs to no open call"),
        (forget_call_but_not_its_track, "calls and their tracks differ"),
        (forget_leg, "is not in its call's list"),
        (forget_leg, "has no channel"),
        (forget_endpoint, "is not in its endpoint's list"),
        (end_call, "is over and still open"),
        (forget_channel, "which is gone"),
        (forget_waiting_channel, "waits in support and has no channel"),
        (ring_a_ghost, "rings somebody who is gone"),
        (remember_open_call, "is open and ended"),
        (wait_twice, "waits in crisis and in support"),
        (forget_memberships, "its agent does not know"),
        (forget_members, "the queue does not know"),
        (talk_in_the_past, "talks in call-over, which is over"),
    ],
)
def test_a_broken_invariant_is_said_in_words(spoil: Callable[[LiveState], None], word: str) -> None:
    live = a_world()
    spoil(live)
    assert any(word in line for line in live.check())


def test_who_is_asked_to_wait_for_asterisk_may_lack_channels() -> None:
    live = a_world()
    live.stale = True
    del live.channels[ONE]
    forget_leg(live)
    assert not any("no channel" in line for line in live.check())


def test_a_crowd_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    assert world.crowded() is None
    monkeypatch.setitem(CROWDS, "channels", 1)
    assert world.crowded() == "Asterisk told of more than 1 channels"
