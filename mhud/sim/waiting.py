"""A caller in a queue: joining, being offered to members, leaving one way or another."""

from __future__ import annotations

from collections.abc import Callable

from mhud.sim.attempt import Attempt
from mhud.sim.channels import UP, Channel
from mhud.sim.pbx import Pbx
from mhud.sim.queues import Member, Queue
from mhud.sim.strategies import order
from mhud.sim.talk import Served, Talk, run_hangup_handler, user_event

GOODBYE_S = 0.9  # what the dialplan says to a caller who is let go


Refused = Callable[[Pbx, Channel, int], None]


def enter_queue(
    pbx: Pbx, caller: Channel, name: str, refused: Refused | None = None, *, back: bool = False
) -> None:
    """What the dialplan does at an extension of the context `queues`.

    `refused`: what becomes of a caller whom an agent sent here, and who is not let in. `back`: he
    waited here before, and may do so again even if the queue has closed meanwhile.
    """
    if caller.state != UP:
        pbx.changes_state(caller, UP)
        pbx.refresh(caller.endpoint)
    caller.goes("queues", name, 3)
    _record(pbx, caller)
    queue = pbx.queues.get(name)
    if queue is None:
        let_go(pbx, caller, name, "UNKNOWN")
    elif why := _why_not(pbx, queue, back):
        _turn_away(pbx, caller, name, why, refused)
    else:
        Waiting(pbx, caller, queue).join()


def _why_not(pbx: Pbx, queue: Queue, back: bool) -> str:
    if pbx.variables.get(f"MHUD_OPEN_{queue.name}") == "0" and not back:
        return "CLOSED"
    if 0 < queue.settings.maxlen <= len(queue.waiting):
        return "FULL"
    nobody = not queue.settings.joinempty and pbx.avail_state(queue) == "INUSE"
    return "JOINEMPTY" if nobody else ""


def _record(pbx: Pbx, caller: Channel) -> None:
    """Once per channel; it survives a transfer."""
    kept_out = any(map(caller.variables.get, ("MHU_CONSULT", "MHU_UNRECORDED")))
    if caller.recorded or kept_out:
        return
    caller.recorded = True
    place = (caller.context, caller.exten, caller.priority)
    caller.goes("record", "s", 4)
    pbx.say("MixMonitorStart", caller)
    caller.goes(*place)


def _turn_away(pbx: Pbx, caller: Channel, queue: str, status: str, refused: Refused | None) -> None:
    """Who was sent here goes back to whence he came."""
    if refused and caller.variables.get("BLINDTRANSFER"):
        _say_why(pbx, caller, queue, status)
        refused(pbx, caller, 0)
    elif caller.variables.get("MHU_MOVED_FROM"):
        _say_why(pbx, caller, queue, status)
        put_back(pbx, caller)
    else:
        let_go(pbx, caller, queue, status)


def put_back(pbx: Pbx, caller: Channel) -> None:
    """To the front of the queue that mhud took him from."""
    caller.sets("QUEUE_PRIO", "1000")
    enter_queue(pbx, caller, caller.variables.pop("MHU_MOVED_FROM"), back=True)


def let_go(pbx: Pbx, caller: Channel, queue: str, status: str) -> None:
    """The dialplan after Queue(): it says why, and goodbye."""
    _say_why(pbx, caller, queue, status)
    caller.goes("queues", caller.exten, 5)
    caller.runs("Playback", "vm-goodbye")
    pbx.later(GOODBYE_S, lambda: _dismiss(pbx, caller))


def _say_why(pbx: Pbx, caller: Channel, queue: str, status: str) -> None:
    caller.activity = None
    caller.goes("queues", caller.exten, 4)
    user_event(pbx, caller, "QueueExit", ("Queue", queue), ("Status", status))


def _dismiss(pbx: Pbx, caller: Channel) -> None:
    if caller.gone or caller.activity or caller.application != "Playback":
        return
    pbx.say("SoftHangupRequest", caller, ("Cause", "16"))
    run_hangup_handler(pbx, caller, 16)
    pbx.forget(caller, 16)


class Waiting:
    """Implements Activity for the caller's channel."""

    def __init__(self, pbx: Pbx, caller: Channel, queue: Queue) -> None:
        self.pbx = pbx
        self.caller = caller
        self.queue = queue
        self.joined = pbx.clock.monotonic()
        wished = caller.variables.get("QUEUE_PRIO", "")
        self.priority = int(wished) if wished.isdecimal() else 0
        self.first_position = 1
        self.attempt: Attempt | None = None
        self.max_wait = float(pbx.variables.get(f"MHUD_MAX_WAIT_{queue.name}") or pbx.site.max_wait)
        self._over = False
        self._cancel_limit: Callable[[], object] = lambda: None

    @property
    def position(self) -> int:
        return self.queue.waiting.index(self) + 1

    @property
    def waited_s(self) -> int:
        return int(self.pbx.since(self.joined))

    def join(self) -> None:
        pbx, queue, caller = self.pbx, self.queue, self.caller
        caller.activity = self
        caller.runs("Queue", f"{queue.name},t,,,{self.max_wait:g}")
        queue.line_up(self)
        self.first_position = self.position
        pbx.set_device(f"Queue:{queue.name}", "RINGING")
        count, position = str(len(queue.waiting)), str(self.position)
        fields = [("Queue", queue.name), ("Position", position), ("Count", count)]
        pbx.emit("QueueCallerJoin", "agent", pbx.shown(caller), fields)
        pbx.say("MusicOnHoldStart", caller, ("Class", "default"))
        self._cancel_limit = pbx.later(self.max_wait, self.time_is_up)
        self.try_members()

    # ---- finding somebody

    def try_members(self) -> None:
        """Called on joining, and again every `retry` seconds while nobody rings."""
        if self._over or self.attempt:
            return
        groups = order(
            self.queue, [m for m in self.queue.members if self._free(m)], self.pbx.random
        )
        left = self.max_wait - self.pbx.age(self.joined)
        if groups and left > 0:
            self.attempt = Attempt(self, groups, min(self.queue.settings.timeout, left))
            self.attempt.ring_next()
        else:
            self.retry()

    def retry(self) -> None:
        self.pbx.later(self.queue.settings.retry, self.try_members)

    def _free(self, member: Member) -> bool:
        if member.interface.removeprefix("PJSIP/") in self.pbx.site.reserved:
            return False
        if member.paused or member.status(self.pbx.devices) not in (0, 1):
            return False
        if self.pbx.is_resting(self.queue, member):
            return False
        return not any(self._outranked(other, member) for other in self.pbx.queues.values())

    def _outranked(self, other: Queue, member: Member) -> bool:
        """A heavier queue has somebody waiting whom this member could serve."""
        if other.settings.weight <= self.queue.settings.weight:
            return False
        return other.member(member.interface) is not None and any(
            not one.attempt for one in other.waiting
        )

    def attempt_failed(self) -> None:
        self.attempt = None
        if self.pbx.age(self.joined) >= self.max_wait:
            self.time_is_up()
        else:
            self.retry()

    # ---- leaving

    def answered(self, leg: Channel, member: Member) -> None:
        """The attempt has found somebody: out of the line, into the talk."""
        pbx, queue = self.pbx, self.queue
        held = self.waited_s
        ring_s = int(pbx.since(leg.born))
        queue.figures.waited(held)
        self.attempt = None
        pbx.say("MusicOnHoldStop", self.caller)
        pbx.refresh(leg.endpoint)
        self._out_of_line()
        member.in_call = True
        fields = [
            ("Queue", queue.name),
            ("Interface", member.interface),
            ("MemberName", member.name),
            ("HoldTime", str(held)),
            ("RingTime", str(ring_s)),
        ]
        both = pbx.shown(self.caller), pbx.shown(leg, "Dest")
        pbx.emit("AgentConnect", "agent", *both, fields)
        now = pbx.clock.monotonic()
        Talk(pbx, self.caller, leg, Served(pbx, queue, member, self.caller, leg, held, now))

    def _out_of_line(self) -> None:
        self._over = True
        self._cancel_limit()
        position = self.position
        self.queue.waiting.remove(self)
        if not self.queue.waiting:
            self.pbx.set_device(f"Queue:{self.queue.name}", "NOT_INUSE")
        fields = [
            ("Queue", self.queue.name),
            ("Position", str(position)),
            ("Count", str(len(self.queue.waiting))),
        ]
        self.pbx.emit("QueueCallerLeave", "agent", self.pbx.shown(self.caller), fields)

    def _abandon(self) -> None:
        """Not always the caller's will: Asterisk says the same at a timeout and a redirect."""
        if self.attempt:
            self.attempt.cancel()
            self.attempt = None
        self.queue.figures.abandoned += 1
        if self.waited_s <= self.queue.settings.servicelevel:
            self.queue.figures.abandoned_within += 1
        fields = [
            ("Queue", self.queue.name),
            ("Position", str(self.position)),
            ("OriginalPosition", str(self.first_position)),
            ("HoldTime", str(self.waited_s)),
        ]
        self.pbx.emit("QueueCallerAbandon", "agent", self.pbx.shown(self.caller), fields)
        self._out_of_line()

    def time_is_up(self) -> None:
        if self._over or self.attempt:
            return
        self._abandon()
        self.pbx.say("MusicOnHoldStop", self.caller)
        let_go(self.pbx, self.caller, self.queue.name, "TIMEOUT")

    def lost(self, channel: Channel, cause: int, *, far_end: bool) -> None:
        if far_end:
            self.pbx.say("HangupRequest", channel)
        self.pbx.say("MusicOnHoldStop", channel)
        self._abandon()
        self.pbx.say("SoftHangupRequest", channel, ("Cause", "16"))
        run_hangup_handler(self.pbx, channel, 0)
        self.pbx.forget(channel, 0)

    def moved(self, channel: Channel) -> None:
        """Its new place is on it already."""
        self._abandon()
        self.pbx.say("MusicOnHoldStop", channel)
        channel.activity = None
