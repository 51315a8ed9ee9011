"""Rights decide what may be seen, the subscription what is wanted."""

from __future__ import annotations

import pytest

from mhud.errors import Code, MhudError
from mhud.feeds.filters import EVENT_TYPES, Filter, Grant, types_of
from mhud.feeds.frames import Frames, close_frame, text_frame
from mhud.feeds.payloads import Entry, entry_of, public_event
from mhud.live.events import (
    AgentCallAssigned,
    DomainEvent,
    LedgerGap,
    PbxConnected,
    QueueEmpty,
)
from mhud.services.rights import expand
from tests.fake_clock import START
from tests.feed_things import a_principal, a_queue, an_agent, connected, started, status_changed


def entry(event: DomainEvent) -> Entry:
    return entry_of(public_event(1, event, None), event.at)


CALL = entry(connected())
NEW = entry(started())
AGENT = entry(status_changed())
ASSIGNED = entry(AgentCallAssigned(at=START, agent=an_agent(), call=connected().call))
QUEUE = entry(QueueEmpty(at=START, queue=a_queue()))
PBX, GAP = entry(PbxConnected(at=START)), entry(LedgerGap(at=START, lost=1))
ALL = (CALL, NEW, AGENT, ASSIGNED, QUEUE, PBX, GAP)


def test_all_documented_events_are_known() -> None:
    documented = {
        "call.new", "call.queued", "call.connected", "call.ended", "call.transferred",
        "agent.logged_in", "agent.logged_out", "agent.status_changed", "agent.call_assigned",
        "queue.threshold_exceeded", "queue.sla_breach", "queue.empty", "queue.config_changed",
    }  # fmt: skip
    assert documented <= EVENT_TYPES
    assert "call" not in EVENT_TYPES


def test_patterns_are_exact_names_families_or_all() -> None:
    assert types_of(["*"]) == EVENT_TYPES
    assert types_of(["queue.empty", "queue.empty"]) == {"queue.empty"}
    assert types_of(["call.*"]) == {name for name in EVENT_TYPES if name.startswith("call.")}
    assert types_of([]) == frozenset()


@pytest.mark.parametrize("pattern", ["call", "call.newest", "", "nosuch.*", "*.new", "call.?ew*"])
def test_a_pattern_that_names_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(MhudError) as refused:
        types_of([pattern])
    assert refused.value.code is Code.INVALID


def test_a_filter_by_queue_keeps_what_belongs_to_that_queue_and_what_concerns_all() -> None:
    support, crisis = Filter(queues=frozenset({"support"})), Filter(queues=frozenset({"crisis"}))
    assert all(support.passes(one) for one in ALL)
    assert [one for one in ALL if crisis.passes(one)] == [PBX, GAP]


def test_a_filter_by_agent_keeps_what_belongs_to_that_agent_and_what_concerns_all() -> None:
    wanted = Filter(agents=frozenset({"agent001"}))
    assert [one for one in ALL if wanted.passes(one)] == [CALL, AGENT, ASSIGNED, PBX, GAP]


def test_both_filters_together_want_both() -> None:
    wanted = Filter(queues=frozenset({"crisis"}), agents=frozenset({"agent001"}))
    assert [one for one in ALL if wanted.passes(one)] == [PBX, GAP]


@pytest.mark.parametrize(
    ("rights", "seen"),
    [
        (["view_calls"], [CALL, NEW]),
        (["view_agents"], [AGENT, ASSIGNED]),
        (["view_queues"], [QUEUE, PBX, GAP]),
        (["system_config"], [PBX, GAP]),
        ([], []),
    ],
)
def test_each_family_of_events_has_its_right(rights: list[str], seen: list[Entry]) -> None:
    grant = Grant.of(a_principal("admin", kind="key", rights=expand(rights)))
    assert [one for one in ALL if grant.allows(one)] == seen


def test_an_operator_gets_numbers_of_his_own_calls_only() -> None:
    mine = Grant.of(a_principal("operator", agent_id="agent001"))
    anothers = Grant.of(a_principal("operator", agent_id="agent002"))
    frames = Frames(CALL)
    assert mine.pick(frames) == text_frame(CALL.full) == text_frame(mine.payload(CALL))
    assert anothers.pick(frames) == text_frame(CALL.masked) == text_frame(anothers.payload(CALL))


def test_who_may_not_see_calls_gets_no_more_than_the_id_of_one() -> None:
    grant = Grant.of(a_principal("admin", kind="key", rights=expand(["view_agents"])))
    assert grant.pick(Frames(ASSIGNED)) == text_frame(ASSIGNED.bare)
    assert grant.payload(ASSIGNED) == ASSIGNED.bare


@pytest.mark.parametrize(
    ("length", "header"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_frames_header_says_its_length(length: int, header: bytes) -> None:
    assert text_frame(b"x" * length) == header + b"x" * length


def test_a_close_frame_has_code_and_reason() -> None:
    assert close_frame(1013, "slow") == b"\x88\x06\x03\xf5slow"
