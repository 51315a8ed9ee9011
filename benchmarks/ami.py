"""AMI: bytes to events to state, against panoramisk 1.4 on the same bytes.

Two rows of panoramisk: as the client that it is, with one callback for every event; and the least
that it does for one, "bare": cut, decode, `Message.from_line`. Neither has a socket. mhud's part is
its own connection class, fed with the same reads.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import process_time

from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager
from panoramisk.message import Message

from benchmarks.common import ROUNDS, SERVER_CORE, Figure, emit, medians, pin, say
from benchmarks.stream import CALLS, FINGERPRINT, fingerprint
from benchmarks.stream import events as stream_events
from benchmarks.stream_call import AGENTS, QUEUES, agent_name, interface
from mhud.ami.messages import ChannelEvent, MemberState, QueueNow, Snapshot
from mhud.ami.parse import EVENTS, parse
from mhud.ami.wire import Wire
from mhud.live.inputs import Tick
from mhud.live.state import LiveState

READ = 65_536  # bytes that one read of a busy socket gives
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
PACE = timedelta(milliseconds=2)  # between events: about seven calls a second
EVENT_BYTES = 455  # of the stream, on average
SECOND = timedelta(seconds=1)


def bare(reads: list[bytes]) -> None:
    rest = ""
    for read in reads:
        *messages, rest = (rest + read.decode("utf-8", "ignore")).split("\r\n\r\n")
        for message in messages:
            Message.from_line(message)


def client(reads: list[bytes]) -> None:
    """Its protocol and its dispatch, as an application has them that hears every event.

    It reads of each what the least state needs: its name, its channel and its call.
    """
    heard: dict[str, tuple[str, str]] = {}

    def use(_: Manager, message: Message) -> None:
        heard[message.linkedid] = (message.event, message.uniqueid)

    manager = Manager(loop=asyncio.get_running_loop(), encoding="utf-8")
    manager.register_event("*", use)
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.factory, protocol.encoding, protocol.version = manager, "utf-8", "11.0.0"
    for read in reads:
        protocol.data_received(read)


class Parsed:
    """What a session does with events: the clock is read once for each read of the socket."""

    def __init__(self) -> None:
        self.now = BEGAN
        self.heard_of: dict[str, tuple[type, str]] = {}

    def heard(self, chunk: bytes) -> None:
        self.now += PACE * (len(chunk) / EVENT_BYTES)

    def said(self, chunk: bytes) -> None: ...

    def event(self, message: bytes) -> bool:
        event = parse(message, self.now)
        if isinstance(event, ChannelEvent):
            self.heard_of[event.chan.linkedid] = (type(event), event.chan.uniqueid)
        return True


class Applied(Parsed):
    """The state of 200 agents in five queues, and what the pump does to it."""

    def __init__(self) -> None:
        super().__init__()
        self.live = LiveState()
        self.live.apply(Tick(at=BEGAN))
        self.live.apply(snapshot())
        self.ticked = BEGAN
        self.told = 0

    def heard(self, chunk: bytes) -> None:
        super().heard(chunk)
        while self.ticked + SECOND <= self.now:
            self.ticked += SECOND
            self.told += len(self.live.apply(Tick(at=self.ticked)))

    def event(self, message: bytes) -> bool:
        event = parse(message, self.now)
        if event is not None:
            self.told += len(self.live.apply(event))
        return True


def through_wire(reads: list[bytes], listener: Parsed) -> None:
    wire = Wire(listener)
    wire.greeted.set_result("11.0.0")
    for read in reads:
        wire.data_received(read)


def parsed(reads: list[bytes]) -> None:
    through_wire(reads, Parsed())


def snapshot() -> Snapshot:
    members = tuple(
        MemberState(
            queue=queue,
            interface=interface(agent),
            name=agent_name(agent),
            membership="dynamic",
            penalty=0,
            status=1,
            paused=False,
            paused_reason="",
            state_interface=interface(agent),
        )
        for queue in QUEUES
        for agent in range(AGENTS)
    )
    queues = tuple(
        QueueNow(name=queue, strategy="rrmemory", max_callers=0, service_level_s=20)
        for queue in QUEUES
    )
    return Snapshot(
        at=BEGAN,
        queues=queues,
        members=members,
        devices={interface(agent): "NOT_INUSE" for agent in range(AGENTS)},
    )


def applied(reads: list[bytes]) -> Applied:
    state = Applied()
    through_wire(reads, state)
    return state


def is_handled(message: bytes) -> bool:
    return message[7 : message.find(b"\r\n")] in EVENTS


def in_reads(messages: list[bytes]) -> list[bytes]:
    data = b"".join(messages)
    return [data[start : start + READ] for start in range(0, len(data), READ)]


def cost_us(work: Callable[[], object], events: int) -> float:
    """CPU time per event; what it leaves is collected outside of the time."""
    gc.collect()
    began = process_time()
    work()
    return (process_time() - began) / events * 1e6


async def measure(rounds: int = ROUNDS) -> list[Figure]:
    pin(SERVER_CORE)
    everything = stream_events()
    if fingerprint(everything) != FINGERPRINT:
        raise SystemExit("the stream is not the one that all others were measured with")
    handled = [message for message in everything if is_handled(message)]
    reads, handled_reads = in_reads(everything), in_reads(handled)
    state = applied(reads)
    say("ami stream", calls=CALLS, events=len(everything), handled=len(handled), told=state.told)
    variants: dict[str, tuple[Callable[[], object], int]] = {
        "panoramisk": (lambda: client(reads), len(everything)),
        "panoramisk, of what mhud handles": (lambda: client(handled_reads), len(handled)),
        "panoramisk, bare": (lambda: bare(reads), len(everything)),
        "panoramisk, bare, of what mhud handles": (lambda: bare(handled_reads), len(handled)),
        "mhud, of what it handles": (lambda: parsed(handled_reads), len(handled)),
        "mhud": (lambda: parsed(reads), len(everything)),
        "mhud, applied": (lambda: applied(reads), len(everything)),
    }
    costs = []
    for _ in range(rounds):
        costs.append({name: cost_us(*variant) for name, variant in variants.items()})
    cost = medians(costs)
    for name, value in cost.items():
        say("ami", variant=name, us_cpu_per_event=round(value, 2))
    return [emit(figure) for figure in _figures(cost)]


def _figures(cost: dict[str, float]) -> list[Figure]:
    each, skipping, state = "mhud, of what it handles", "mhud", "mhud, applied"
    rows = (
        ("each event parsed", "panoramisk, of what mhud handles", each, 2.5, True),
        ("unhandled ones skipped", "panoramisk", skipping, 4, True),
        ("applied to the state", "panoramisk, bare", state, 1, True),
        ("each event parsed", "panoramisk, bare, of what mhud handles", each, 2.5, False),
        ("unhandled ones skipped", "panoramisk, bare", skipping, 4, False),
    )
    return [
        Figure(
            f"AMI: {name}",
            round(cost[peer] / cost[ours], 2),
            "x panoramisk's bare parsing" if "bare" in peer else "x panoramisk",
            at_least=at_least,
            gated=gated,
        )
        for name, peer, ours, at_least, gated in rows
    ]


def main() -> list[Figure]:
    return asyncio.run(measure())


if __name__ == "__main__":
    main()
