"""A day at a PBX in prose: each verb tells the state what Asterisk would say, in its order.

    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller("+254700123456").joins("support")
    jane.takes(caller)
    pbx.passes(60)
    caller.hangs_up()

What is true is kept here too, so that `pbx.snapshot()` can say everything at once. After each event
the state's invariants are checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from mhud.ami import messages as ami
from mhud.live import inputs
from mhud.live.events import CallConnected, CallTransferred, DomainEvent
from mhud.live.figures import Figures
from mhud.live.model import AgentProfile, Queue, QueueProfile
from mhud.live.state import LiveState
from tests.fake_clock import START
from tests.legs import DOWN, RING, Leg, Phone

T = TypeVar("T", bound=DomainEvent)


class Pbx:
    """What is true at the PBX, the state that hears of it, and all that the state has told."""

    def __init__(self, at: datetime = START, timezone: str = "UTC") -> None:
        self.now = at
        self.timezone = ZoneInfo(timezone)
        self.live = LiveState(self.timezone)
        self.told: list[DomainEvent] = []
        self.legs: dict[str, Leg] = {}
        self.lines: dict[str, list[Leg]] = {}
        self.phones: list[Phone] = []
        self.heard = True
        self._serial = 0
        self.say(ami.Snapshot(at=at))

    def serial(self) -> int:
        self._serial += 1
        return self._serial

    def say(self, event: ami.Event) -> list[DomainEvent]:
        if not self.heard:
            return []
        told = self.live.apply(event)
        assert self.live.check() == [], event
        self.told += told
        return told

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """The link is lost meanwhile."""
        self.say(ami.LinkLost(at=self.now))
        self.heard = False
        yield
        self.heard = True

    def passes(self, seconds: float, step: float = 1) -> None:
        """Time passes, with a Tick at each step."""
        until = self.now + timedelta(seconds=seconds)
        while self.now < until:
            self.now = min(until, self.now + timedelta(seconds=step))
            self.say(inputs.Tick(at=self.now))

    # ---- who is there

    def caller(self, number: str = "+254700123456", exten: str = "116") -> Leg:
        """Somebody calls in, and the menu answers."""
        return Leg(self, "PJSIP/trunk", RING, number=number, exten=exten).is_up()

    def agent(self, agent_id: str, *queues: str, interface: str = "", **more: Any) -> Phone:
        phone = Phone(self, agent_id, interface or f"PJSIP/{agent_id}")
        for queue in queues:
            phone.serves(queue, **more)
        return phone

    def roster(self, *profiles: AgentProfile) -> None:
        self.say(inputs.AgentsConfigured(at=self.now, profiles=profiles))

    def queue(self, queue_id: str, **settings: Any) -> None:
        profile = QueueProfile(id=queue_id, **settings)
        self.say(inputs.QueuesConfigured(at=self.now, profiles=(profile,)))

    def originates(self, agent: Phone, destination: str, deadline_s: int = 40) -> str:
        """mhud asks for a call; says its channel id."""
        channel_id = f"mhud-{self.serial()}"
        self.say(
            inputs.OriginateRequested(
                at=self.now,
                channel_id=channel_id,
                agent_id=agent.id,
                destination=destination,
                caller_id="116123",
                deadline_s=deadline_s,
            )
        )
        return channel_id

    def first_leg(self, agent: Phone, channel_id: str) -> Leg:
        return Leg(self, agent.interface, DOWN, uniqueid=channel_id)

    def dialed(self, leg: Leg, name: str = "PJSIP/trunk", number: str = "5550001") -> Leg:
        """The dialplan dials somebody for this leg."""
        return Leg(self, name, DOWN, of=leg, number=number).rings()

    def local(self, name: str, of: Leg | None = None) -> tuple[Leg, Leg]:
        """Both halves of a Local channel."""
        name = f"Local/{name}-{self.serial():08x}"
        one = Leg(self, f"{name};1", DOWN, of=of)
        return one, Leg(self, f"{name};2", RING, of=of or one)

    # ---- everything at once

    def snapshot(self) -> ami.Snapshot:
        """Everything, as CoreShowChannels, QueueStatus and DeviceStateList would list it."""
        return ami.Snapshot(
            at=self.now,
            channels=tuple(self._row(leg) for leg in self.legs.values()),
            queues=tuple(
                ami.QueueNow(name=name, strategy="rrmemory", max_callers=0, service_level_s=0)
                for name in sorted(self._queues())
            ),
            members=tuple(m for phone in self.phones for m in phone.members.values()),
            callers=tuple(
                ami.CallerNow(
                    queue=queue,
                    uniqueid=leg.chan.uniqueid,
                    position=position,
                    wait_s=int((self.now - leg.joined).total_seconds()),
                )
                for queue, line in self.lines.items()
                for position, leg in enumerate(line, 1)
            ),
        )

    def _row(self, leg: Leg) -> ami.ChannelNow:
        return ami.ChannelNow(
            chan=leg.chan,
            application="",
            application_data="",
            bridge_id=leg.bridge,
            age_s=int((self.now - leg.began).total_seconds()),
        )

    def _queues(self) -> set[str]:
        return set(self.lines) | {name for phone in self.phones for name in phone.members}

    def is_asked(self) -> list[DomainEvent]:
        """A snapshot reaches the state."""
        return self.say(self.snapshot())

    def daemon_restarts(self, restored: inputs.Restored | None = None) -> list[DomainEvent]:
        """A new state, told what the old one had written down, then asks Asterisk."""
        self.live = LiveState(self.timezone)
        if restored is not None:
            self.say(restored)
        return self.is_asked()

    # ---- what came of it

    def figures(self, queue_id: str) -> Figures:
        return self.live.figures(queue_id)

    def line(self, queue_id: str) -> Queue:
        return self.live.queues[queue_id]

    def all_told(self, kind: type[T]) -> list[T]:
        return [event for event in self.told if isinstance(event, kind)]

    def names(self, prefix: str = "") -> list[str]:
        return [event.type for event in self.told if event.type.startswith(prefix)]


def a_talk(pbx: Pbx, agent: Phone, queue: str = "support") -> tuple[Leg, Leg]:
    """A caller who waited in the queue, and the agent's leg that he talks with."""
    caller = pbx.caller().joins(queue)
    return caller, agent.takes(caller)


def a_question_to_a_queue(pbx: Pbx) -> tuple[Leg, Leg, Leg, Leg]:
    """The keypad's attended transfer: a Local half waits in the queue for agent001."""
    jane = pbx.agent("agent001", "crisis")
    caller, leg = a_talk(pbx, jane, "crisis")
    leg.holds()
    return caller, leg, *asks_a_queue(pbx, caller, leg)


def asks_a_queue(pbx: Pbx, caller: Leg, leg: Leg, queue: str = "support") -> tuple[Leg, Leg]:
    """Both halves of the Local channel by which the agent on this leg asks."""
    one, two = pbx.local("2000@agents", of=caller)
    two.joins(queue)
    one.enters("asking")
    leg.leaves_bridge()
    leg.enters("asking")
    return one, two


def comes_back(caller: Leg, leg: Leg, one: Leg, two: Leg) -> None:
    """The agent asks no more, and talks with his caller again."""
    two.gives_up()
    one.is_gone()
    leg.leaves_bridge()
    leg.enters(caller.bridge or "")
    leg.resumes()


def connected_to(pbx: Pbx) -> list[str | None]:
    """Who took the calls that were connected, in order."""
    return [event.call.talks[-1].agent_id for event in pbx.all_told(CallConnected)]


def transfers(pbx: Pbx) -> list[tuple[str, str | None, str | None]]:
    """How, by whom, to whom."""
    told = pbx.all_told(CallTransferred)
    return [(event.kind, event.from_agent_id, event.target) for event in told]


def written_down(pbx: Pbx) -> inputs.Restored:
    """What the store would give back after a restart now."""
    return inputs.Restored(
        at=pbx.now,
        open_calls=tuple(pbx.live.calls.values()),
        ended_today=tuple(pbx.live.ended.values()),
        agents=tuple(
            inputs.AgentThen(
                agent_id=agent.id,
                status=agent.status.value,
                since=agent.since,
                figures=agent.day,
                help=agent.help,
            )
            for agent in pbx.live.agents.values()
        ),
    )


def facts(live: LiveState) -> ami.Snapshot:
    """The snapshot that would say what this state believes."""
    channels = tuple(
        ami.ChannelNow(
            chan=ami.Chan(uniqueid=c.uniqueid, linkedid=c.linkedid, name=c.name, state=c.state),
            application="",
            application_data="",
            bridge_id=c.bridge_id,
            age_s=0,
        )
        for c in live.channels.values()
    )
    members = tuple(
        ami.MemberState(
            queue=queue.id,
            interface=m.interface,
            name=m.name,
            membership=m.membership,
            penalty=m.penalty,
            status=0,
            paused=m.paused,
            paused_reason=m.paused_reason,
        )
        for queue in live.queues.values()
        for m in queue.members.values()
    )
    callers = tuple(
        ami.CallerNow(queue=queue.id, uniqueid=entry.uniqueid, position=place, wait_s=0)
        for queue in live.queues.values()
        for place, entry in enumerate(queue.waiting, 1)
    )
    names = sorted(live.queues)
    queues = tuple(
        ami.QueueNow(name=name, strategy="", max_callers=0, service_level_s=0) for name in names
    )
    return ami.Snapshot(
        at=live.now, channels=channels, queues=queues, members=members, callers=callers
    )


def differences(live: LiveState, snapshot: ami.Snapshot) -> list[str]:
    """Where the state's facts are not those of the snapshot; none right after it."""
    channels = {
        row.chan.uniqueid: (row.chan.name, row.chan.state, row.chan.linkedid, row.bridge_id)
        for row in snapshot.channels
    }
    known = {c.uniqueid: (c.name, c.state, c.linkedid, c.bridge_id) for c in live.channels.values()}
    members = {(m.queue, m.interface): (m.paused, m.penalty) for m in snapshot.members}
    serving = {
        (queue.id, m.interface): (m.paused, m.penalty)
        for queue in live.queues.values()
        for m in queue.members.values()
    }
    rows = sorted(snapshot.callers, key=lambda row: row.position)
    waiting = {(r.queue, r.uniqueid) for r in rows if r.uniqueid in channels}
    waits = {(q.id, entry.uniqueid) for q in live.queues.values() for entry in q.waiting}
    pairs = (("channels", known, channels), ("members", serving, members), ("wait", waits, waiting))
    return [f"{what}: {got} is not {wanted}" for what, got, wanted in pairs if got != wanted]
