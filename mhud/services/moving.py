"""Moving a waiting caller: within his queue by his priority, or to another queue.

Never by QueueWithdrawCaller, which says Success and leaves him where he was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mhud.ami.actions import queue_change_priority, queue_status, redirect, setvar
from mhud.ami.link import AmiLink
from mhud.ami.messages import CallerNow
from mhud.clock import Clock
from mhud.errors import MhudError, conflict, forbidden, invalid, not_found
from mhud.live.inputs import CallersSeen
from mhud.live.model import Call, Channel, Queue, Waiting
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.control import Control
from mhud.services.rights import Principal
from mhud.services.targets import SENT_BY, TAKEN_FROM, Target, Targets
from mhud.services.telling import tell
from mhud.services.trail import Trail
from mhud.services.transfers import refuse_consulting

FRONT, BACK = "front", "back"
PRIORITY = "QUEUE_PRIO"  # app_queue's own, of a caller who is about to join


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """`position` counts from 1; None when an agent took him at once."""

    call_id: str
    queue_id: str
    position: int | None


class Moving:
    def __init__(
        self,
        clock: Clock,
        pump: Pump,
        link: AmiLink,
        control: Control,
        targets: Targets,
        trail: Trail,
    ) -> None:
        self._targets = targets
        self._clock = clock
        self._pump = pump
        self._link = link
        self._control = control
        self._trail = trail

    async def move(
        self, principal: Principal, call_id: str, queue_id: str | None, position: str | None
    ) -> Moved:
        """Within his queue he keeps the wait he has; a phone that rings for him goes on ringing.

        To another queue he is sent at once, and a phone that rings for him stops; the wait so far
        stays in `queue_wait_time`. Raises MhudError NOT_FOUND, FORBIDDEN, INVALID, CONFLICT (he
        does not wait, the queue is full), PBX_UNAVAILABLE, PBX_TIMEOUT.
        """
        if not principal.may("control_calls", None):
            raise forbidden("control_calls")
        if queue_id is None and position is None:
            raise invalid("position", "is front or back, unless a queue is given")
        with self._control.turn(call_id):
            return await self._move(principal, call_id, queue_id, position)

    async def _move(
        self, principal: Principal, call_id: str, queue_id: str | None, position: str | None
    ) -> Moved:
        call = (await self._control.controlled(principal, call_id)).call
        refuse_consulting(call)  # it is the question that waits then, not the caller
        here, entry, channel = self._waits(call)
        target = self._queue(queue_id or here.id)
        if target.id == here.id and position is None:
            return _place(self._pump.live, call.id, here.id)  # as wanted: he keeps his place
        place = position or BACK
        await self._trail.note(principal, "call.move", call.id, queue_id=target.id, position=place)
        if target.id == here.id:
            return await self._within(call, target.id, channel, place)
        return await self._across(call, entry, here, target, channel, place)

    def _waits(self, call: Call) -> tuple[Queue, Waiting, Channel]:
        live = self._pump.live
        for queue in live.queues.values():
            for entry in queue.waiting:
                channel = live.channels.get(entry.uniqueid)
                if entry.call_id == call.id and channel is not None:
                    return queue, entry, channel
        raise _not_waiting(call)

    def _queue(self, queue_id: str) -> Queue:
        queue = self._pump.live.queues.get(queue_id)
        if queue is None:
            raise not_found("queue", queue_id)
        return queue

    # ---- within his queue

    async def _within(self, call: Call, queue_id: str, channel: Channel, place: str) -> Moved:
        callers = await self._callers(queue_id)
        mine = next((one for one in callers if one.uniqueid == channel.uniqueid), None)
        if mine is None:
            raise _not_waiting(call)
        priority = _priority([one for one in callers if one is not mine], place)
        if callers[0 if place == FRONT else -1] is not mine:
            action = queue_change_priority(queue_id, channel.name, priority)
            await self._control.order(action, "move the caller")
            callers = await self._callers(queue_id)
        tell(self._pump, CallersSeen(at=self._clock.now(), queue=queue_id, callers=tuple(callers)))
        places = [one.uniqueid for one in callers]

        def ordered(live: LiveState) -> Moved | None:
            known = [entry.uniqueid for entry in live.queues[queue_id].waiting]
            left = [uniqueid for uniqueid in places if uniqueid in known]
            same = left == [uniqueid for uniqueid in known if uniqueid in left]
            return _place(live, call.id, queue_id) if same else None

        return await self._control.see(ordered, "move the caller", call.id)

    async def _callers(self, queue_id: str) -> list[CallerNow]:
        """In their order."""
        rows = await self._link.send_list(queue_status(queue_id))
        found = [row for row in rows if isinstance(row, CallerNow) and row.queue == queue_id]
        return sorted(found, key=lambda row: row.position)

    # ---- to another queue

    async def _across(
        self,
        call: Call,
        entry: Waiting,
        here: Queue,
        target: Queue,
        channel: Channel,
        place: str,
    ) -> Moved:
        goal = await self._targets.place(Target(queue=target.id), None)
        there = await self._callers(target.id)
        priority = _priority(there, place) if place == FRONT else 0
        stays = len(call.visits)
        for name, value in ((PRIORITY, str(priority)), (TAKEN_FROM, here.id), (SENT_BY, "")):
            await self._control.order(setvar(name, value, channel.name), "move the caller")
        self._still_waits(call, entry)
        await self._control.order(
            redirect(channel.name, goal.context, goal.exten), "move the caller"
        )

        def arrived(live: LiveState) -> Moved | None:
            return _arrival(live, call.id, target.id, stays)

        return await self._control.see(arrived, "move the caller", call.id)

    def _still_waits(self, call: Call, entry: Waiting) -> None:
        """A Redirect would tear him out of the talk that has just begun."""
        _, now, _ = self._waits(call)
        if now.uniqueid != entry.uniqueid:
            raise _not_waiting(call)


def _priority(others: Sequence[CallerNow], place: str) -> int:
    """Who has a higher one goes first; of equals, who came first."""
    given = [one.priority for one in others]
    if place == FRONT:
        return max(given) + 1 if given else 0
    return min(given, default=0)


def _place(live: LiveState, call_id: str, queue_id: str) -> Moved:
    """Where he waits in the queue now, if he still does."""
    ids = [entry.call_id for entry in live.queues[queue_id].waiting]
    position = ids.index(call_id) + 1 if call_id in ids else None
    return Moved(call_id=call_id, queue_id=queue_id, position=position)


def _arrival(live: LiveState, call_id: str, queue_id: str, stays: int) -> Moved | None:
    """Raises MhudError CONFLICT when the queue did not take him."""
    call = live.call(call_id)
    if call is None or call.is_over:
        raise conflict("the call is over", call_id=call_id, reason="over")
    newer = call.visits[stays:]
    if not newer:
        return None
    if newer[0].queue_id != queue_id or newer[0].turned_away:
        why = "the queue did not take the caller, who went back or was sent on"
        raise conflict(why, call_id=call_id, queue_id=queue_id, reason="turned-away")
    return _place(live, call_id, queue_id)


def _not_waiting(call: Call) -> MhudError:
    return conflict("the caller does not wait in a queue", call_id=call.id, reason="not-waiting")
