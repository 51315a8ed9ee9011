"""Outbound calls in line."""

from __future__ import annotations

from mhud.ami.actions import ping
from mhud.services.waiting import BOUND, Waiting, WaitingRoom


def entry(call_id: str, priority: int, turn: int, expires: float = 60) -> Waiting:
    return Waiting(
        priority=priority,
        turn=turn,
        expires=expires,
        channel_id=f"mhud-{call_id}",
        call_id=call_id,
        agent_id=f"agent-{call_id}",
        action=ping(),
    )


def test_priority_one_goes_first_and_then_who_came_first() -> None:
    room = WaitingRoom()
    for waiting in (entry("late", 5, 3), entry("early", 5, 2), entry("urgent", 1, 4)):
        room.add(waiting)
    order = []
    while first := room.first(lambda _: True):
        order.append(first.call_id)
        room.take(first.call_id)
    assert order == ["urgent", "early", "late"]


def test_who_may_not_go_is_passed_by() -> None:
    room = WaitingRoom()
    room.add(entry("busy", 1, 1))
    room.add(entry("free", 9, 2))
    first = room.first(lambda waiting: waiting.call_id == "free")
    assert first is not None
    assert first.call_id == "free"


def test_a_waiting_call_expires_at_its_time() -> None:
    room = WaitingRoom()
    room.add(entry("a", 5, 1, expires=60))
    assert room.expired(59.9) is None
    assert room.expired(60) is not None


def test_a_call_is_taken_once() -> None:
    room = WaitingRoom()
    room.add(entry("a", 5, 1))
    assert (room.take("a") is None, room.take("a") is None) == (False, True)


def test_the_room_is_bounded() -> None:
    room = WaitingRoom()
    for turn in range(BOUND):
        assert not room.is_full
        room.add(entry(str(turn), 5, turn))
    assert room.is_full
