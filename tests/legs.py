"""The verbs of `tests/scenario.py`: what channels and agents' phones do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from mhud import ids
from mhud.ami import messages as ami
from mhud.live.model import Agent, Call

if TYPE_CHECKING:
    from tests.scenario import Pbx

DOWN, RING, RINGING, UP = 0, 4, 5, 6
AT_HOME = 1  # the queue's word for a phone that is free


class Leg:
    """A channel; its verbs are what Asterisk says of it."""

    def __init__(
        self,
        pbx: Pbx,
        name: str,
        state: int,
        *,
        of: Leg | None = None,
        number: str | None = None,
        exten: str = "s",
        uniqueid: str | None = None,
    ) -> None:
        self.pbx = pbx
        serial = pbx.serial()
        uid = uniqueid or f"1741000000.{serial}"
        linkedid = of.chan.linkedid if of else uid
        if not name.startswith("Local/"):
            name = f"{name}-{serial:08x}"
        self.chan: ami.Chan = ami.Chan(
            uniqueid=uid,
            linkedid=linkedid,
            name=name,
            state=state,
            caller_number=number,
            exten=exten,
        )
        self.bridge: str | None = None
        self.queue: str | None = None
        self.began = pbx.now
        pbx.legs[uid] = self
        self._call_id = ids.call_id(linkedid)
        self._say(ami.NewChannel)

    @property
    def call(self) -> Call:
        """The call that it began in."""
        call = self.pbx.live.call(self._call_id)
        assert call is not None
        return call

    def becomes(self, state: int) -> Self:
        self.chan = replace(self.chan, state=state)
        return self._say(ami.NewState)

    def rings(self) -> Self:
        return self.becomes(RINGING)

    def is_up(self) -> Self:
        return self.becomes(UP)

    def has(self, **variables: str) -> Self:
        """Channel variables, which each event repeats."""
        self.chan = replace(self.chan, variables={**self.chan.variables, **variables})
        return self._say(ami.NewState)

    def belongs_to(self, other: Leg) -> Self:
        """Its Linkedid changes; Asterisk says so with the next event only."""
        self.chan = replace(self.chan, linkedid=other.chan.linkedid)
        return self

    def enters(self, bridge: str) -> Self:
        self.bridge = bridge
        return self._say(ami.BridgeEnter, bridge_id=bridge)

    def leaves_bridge(self) -> Self:
        bridge, self.bridge = self.bridge, None
        return self._say(ami.BridgeLeave, bridge_id=bridge or "")

    def talks_with(self, other: Leg) -> Self:
        bridge = f"bridge-{self.pbx.serial()}"
        other.enters(bridge)
        return self.enters(bridge)

    def holds(self) -> Self:
        return self._say(ami.Hold)

    def resumes(self) -> Self:
        return self._say(ami.Unhold)

    def is_told_to_stop(self) -> Self:
        """The far end hung up; the channel is still there."""
        return self._say(ami.HangupRequest)

    def is_gone(self, cause: int = 16) -> Self:
        """Asterisk takes the channel away."""
        if self.bridge is not None:
            self.leaves_bridge()
        self.pbx.legs.pop(self.chan.uniqueid, None)
        return self._say(ami.Hangup, cause=cause)

    def hangs_up(self, cause: int = 16) -> Self:
        return self.is_told_to_stop().is_gone(cause)

    # ---- in a queue

    def joins(self, queue: str, position: int | None = None) -> Self:
        line = self.pbx.lines.setdefault(queue, [])
        at = len(line) + 1 if position is None else position
        line.insert(at - 1, self)
        self.queue, self.joined = queue, self.pbx.now
        return self._say(ami.QueueCallerJoin, queue=queue, position=at)

    def leaves_queue(self) -> Self:
        queue = self._out_of_line()
        return self._say(ami.QueueCallerLeave, queue=queue)

    def is_dropped_by_queue(self) -> Self:
        """What Asterisk says for a caller who gave up, a timeout and a redirect alike."""
        self._say(ami.QueueCallerAbandon, queue=self.queue)
        return self.leaves_queue()

    def gives_up(self) -> Self:
        return self.is_told_to_stop().is_dropped_by_queue().is_gone(0)

    def exits(self, status: str, queue: str | None = None) -> Self:
        """The dialplan says with QueueExit how he left."""
        fields = {"Status": status, "Queue": queue or self.queue or ""}
        self.pbx.say(
            ami.UserEvent(at=self.pbx.now, name="QueueExit", chan=self.chan, fields=fields)
        )
        return self

    def _out_of_line(self) -> str:
        assert self.queue is not None
        line = self.pbx.lines[self.queue]
        if self in line:
            line.remove(self)
        return self.queue

    def _say(self, kind: type[ami.ChannelEvent], **more: Any) -> Self:
        self.pbx.say(kind(at=self.pbx.now, chan=self.chan, **more))
        return self


class Phone:
    """An agent's phone and where it serves."""

    def __init__(self, pbx: Pbx, agent_id: str, interface: str) -> None:
        self.pbx, self.id, self.interface = pbx, agent_id, interface
        self.members: dict[str, ami.MemberState] = {}
        pbx.phones.append(self)

    @property
    def agent(self) -> Agent:
        return self.pbx.live.agents[self.id]

    @property
    def status(self) -> str:
        return self.agent.status.value

    def shows(self, *fields: str) -> tuple[Any, ...]:
        return tuple(getattr(self.agent, field) for field in fields)

    def serves(self, queue: str, **more: Any) -> Self:
        plain: dict[str, Any] = {
            "name": self.id,
            "membership": "dynamic",
            "penalty": 0,
            "status": AT_HOME,
            "paused": False,
            "paused_reason": "",
        }
        member = ami.MemberState(queue=queue, interface=self.interface, **{**plain, **more})
        return self._say(ami.QueueMemberAdded, member)

    def stops_serving(self, *queues: str) -> Self:
        for queue in queues or tuple(self.members):
            member = self.members.pop(queue)
            self.pbx.say(ami.QueueMemberRemoved(at=self.pbx.now, member=member))
        return self

    def pauses(self, reason: str = "", *queues: str) -> Self:
        return self._pause(True, reason, queues)

    def unpauses(self, *queues: str) -> Self:
        return self._pause(False, "", queues)

    def _pause(self, paused: bool, reason: str, queues: tuple[str, ...]) -> Self:
        since = self.pbx.now if paused else None
        for queue in queues or tuple(self.members):
            member = replace(
                self.members[queue], paused=paused, paused_reason=reason, last_pause=since
            )
            self._say(ami.QueueMemberPause, member)
        return self

    def device_is(self, status: int) -> Self:
        for member in tuple(self.members.values()):
            self._say(ami.QueueMemberStatus, replace(member, status=status))
        return self

    def is_rung_for(self, caller: Leg) -> Leg:
        leg = Leg(self.pbx, self.interface, DOWN, of=caller)
        self.pbx.say(self.about(ami.AgentCalled, caller, leg))
        return leg.rings()

    def lets_it_ring(self, caller: Leg, leg: Leg, ring_time_ms: int = 15_000) -> None:
        self.pbx.say(self.about(ami.AgentRingNoAnswer, caller, leg, ring_time_ms=ring_time_ms))
        leg.is_gone(19)

    def takes(self, caller: Leg) -> Leg:
        """Rings, answers, and talks with a caller who waits."""
        return self.answers(caller, self.is_rung_for(caller))

    def answers(self, caller: Leg, leg: Leg) -> Leg:
        leg.is_up()
        caller.leaves_queue()
        self.pbx.say(self.about(ami.AgentConnect, caller, leg, hold_time_s=0, ring_time_s=0))
        caller.talks_with(leg)
        return leg

    def dials(self, exten: str) -> Leg:
        """Begins a call of its own."""
        return Leg(self.pbx, self.interface, RING, number="1001", exten=exten)

    def is_dialed_by(self, leg: Leg) -> Leg:
        return Leg(self.pbx, self.interface, DOWN, of=leg).rings()

    def about(self, kind: Any, caller: Leg, leg: Leg, **more: Any) -> ami.Event:
        event: ami.Event = kind(
            at=self.pbx.now,
            chan=caller.chan,
            queue=caller.queue,
            interface=self.interface,
            dest=leg.chan,
            **more,
        )
        return event

    def _say(self, kind: type[ami.MemberEvent], member: ami.MemberState) -> Self:
        self.members[member.queue] = member
        self.pbx.say(kind(at=self.pbx.now, member=member))
        return self
