"""One round of ringing for a waiting caller: one member, or several at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mhud.sim.channels import RINGING, UP, Channel
from mhud.sim.queues import Member
from mhud.sim.wire import Headers

if TYPE_CHECKING:
    from mhud.sim.strategies import Groups
    from mhud.sim.waiting import Waiting

TECH_CAUSES = {1: "404", 16: "", 17: "486", 19: "480", 20: "480", 21: "603", 34: "503"}


class Attempt:
    """Rings the first group; when all of it refuse, the next; after `ring_s` it is over."""

    def __init__(self, waiting: Waiting, groups: Groups, ring_s: float) -> None:
        self.waiting = waiting
        self.pbx = waiting.pbx
        self.caller = waiting.caller
        self.queue = waiting.queue
        self.groups = groups
        self.legs: list[AgentLeg] = []
        self.rings_all = waiting.queue.settings.strategy == "ringall"
        self._cancel_timer = self.pbx.later(ring_s, self.nobody_answered)

    def ring_next(self) -> None:
        group = self.groups.pop(0)
        legs = [AgentLeg(self, member) for member in group]
        self.legs = legs
        for leg in legs:
            self.queue.last_rung = leg.member.interface
            leg.ring()
        for leg in legs:
            if leg in self.legs:
                self.pbx.on_ring(leg.channel)

    def nobody_answered(self) -> None:
        legs, self.legs = self.legs, []
        for leg in legs:
            leg.missed()
            leg.dial_end("NOANSWER")
            leg.dial_end("CANCEL")
            self.pbx.forget(leg.channel, 0)
        self.waiting.attempt_failed()

    def refused(self, leg: AgentLeg, cause: int) -> None:
        self.legs.remove(leg)
        leg.dial_end("NOANSWER")
        leg.missed()
        self.pbx.forget(leg.channel, cause, TECH_CAUSES.get(cause, ""))
        if self.legs:
            return
        if self.groups:
            self.ring_next()
        else:
            self._cancel_timer()
            self.waiting.attempt_failed()

    def answered(self, leg: AgentLeg) -> None:
        self._cancel_timer()
        self.legs.remove(leg)
        self.pbx.changes_state(leg.channel, UP)
        leg.dial_end("ANSWER")
        self._drop_all(cause=26, times=1)
        if self.rings_all:
            leg.show_to_caller()
        self.waiting.answered(leg.channel, leg.member)

    def cancel(self) -> None:
        """The caller is gone."""
        self._cancel_timer()
        self._drop_all(cause=0, times=2)

    def _drop_all(self, cause: int, times: int) -> None:
        legs, self.legs = self.legs, []
        for leg in legs:
            for _ in range(times):
                leg.dial_end("CANCEL")
            self.pbx.forget(leg.channel, cause)


class AgentLeg:
    """A member's ringing phone. Implements Activity."""

    def __init__(self, attempt: Attempt, member: Member) -> None:
        self.attempt = attempt
        self.member = member
        self.pbx = attempt.pbx
        caller = attempt.caller
        self.channel = self.pbx.new_channel(
            member.interface.removeprefix("PJSIP/"), linkedid=caller.linkedid
        )
        self.channel.activity = self

    def ring(self) -> None:
        pbx, caller, leg = self.pbx, self.attempt.caller, self.channel
        pbx.announce(leg)
        leg.runs("AppQueue", "(Outgoing Line)")
        leg.connected_number, leg.connected_display = caller.number, caller.display
        leg.inherits(caller)
        pbx.say("NewConnectedLine", leg)
        leg.exten = self.attempt.queue.name
        pbx.changes_state(leg, RINGING)
        fields = self._names()
        pbx.emit("AgentCalled", "agent", *self._both(), fields)
        pbx.emit("DialBegin", "call", *self._both(), [("DialString", self.member.interface)])
        if not self.attempt.rings_all:
            self.show_to_caller()
        pbx.emit("DialState", "call", *self._both(), [("DialStatus", "RINGING")])
        pbx.refresh(leg.endpoint)

    def show_to_caller(self) -> None:
        caller, leg = self.attempt.caller, self.channel
        caller.connected_number, caller.connected_display = leg.number, leg.display
        self.pbx.say("NewConnectedLine", caller)

    def _names(self) -> Headers:
        return [
            ("Queue", self.attempt.queue.name),
            ("Interface", self.member.interface),
            ("MemberName", self.member.name),
        ]

    def _both(self) -> tuple[Headers, Headers]:
        return self.pbx.shown(self.attempt.caller), self.pbx.shown(self.channel, "Dest")

    def dial_end(self, status: str) -> None:
        self.pbx.emit("DialEnd", "call", *self._both(), [("DialStatus", status)])

    def missed(self) -> None:
        rang_ms = round(self.pbx.since(self.channel.born)) * 1000  # Asterisk counts seconds
        fields = [*self._names(), ("RingTime", str(rang_ms))]
        self.pbx.emit("AgentRingNoAnswer", "agent", *self._both(), fields)

    def answer(self) -> None:
        self.attempt.answered(self)

    def lost(self, channel: Channel, cause: int, *, far_end: bool) -> None:
        if far_end:
            fields = [("Cause", str(cause)), ("TechCause", TECH_CAUSES.get(cause, ""))]
            self.pbx.say("HangupRequest", channel, *fields)
        self.attempt.refused(self, cause)

    def moved(self, channel: Channel) -> None:
        """A ringing phone cannot be redirected; Asterisk hangs it up."""
        self.attempt.refused(self, 0)
