"""Bad days on demand, or by chance from a seed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from mhud.clock import Clock

if TYPE_CHECKING:
    from mhud.sim.server import AmiServer


@dataclass
class Faults:
    """Switches that the server looks at. `*_next` hold names of events still to be lost or
    doubled, `drop_rate` and `duplicate_rate` a chance between 0 and 1 for every event.

    `slow_s`: the clock's seconds before any request is even looked at.
    """

    random: Random
    slow_s: float = 0
    refuse_logins: bool = False
    drop_rate: float = 0
    duplicate_rate: float = 0
    drop_next: list[str] = field(default_factory=list)
    duplicate_next: list[str] = field(default_factory=list)

    def times(self, event: str) -> int:
        """How often this event is sent: 0, 1 or 2."""
        if self._due(event, self.drop_next) or self.random.random() < self.drop_rate:
            return 0
        if self._due(event, self.duplicate_next) or self.random.random() < self.duplicate_rate:
            return 2
        return 1

    @staticmethod
    def _due(event: str, names: list[str]) -> bool:
        if event in names:
            names.remove(event)
            return True
        return False

    def drop(self, event: str) -> None:
        """The next event of that name is lost."""
        self.drop_next.append(event)

    def duplicate(self, event: str) -> None:
        self.duplicate_next.append(event)


def cut(server: AmiServer) -> None:
    """All connections break; new ones work."""
    for session in tuple(server.sessions):
        session.cut()


def deafen(server: AmiServer) -> None:
    """The connections stay open and nothing comes through them any more; new ones work."""
    for session in server.sessions:
        session.deaf = True


async def random_faults(
    server: AmiServer,
    clock: Clock,
    random: Random,
    mean_s: float,
    restart: Callable[[], Awaitable[None]],
) -> None:
    """For ever: one fault about every `mean_s` of the clock's seconds, short and cured again."""
    while True:
        await clock.sleep(random.expovariate(1 / mean_s))
        match random.choice(["cut", "deaf", "drop", "duplicate", "slow", "restart", "refuse"]):
            case "cut":
                cut(server)
            case "deaf":
                deafen(server)
            case "drop":
                server.faults.drop(random.choice(["Hangup", "BridgeLeave", "QueueCallerLeave"]))
            case "duplicate":
                server.faults.duplicate(random.choice(["Hangup", "AgentConnect", "Newchannel"]))
            case "slow":
                await _for_a_while(server, clock, "slow_s", 2.0)
            case "refuse":
                cut(server)
                await _for_a_while(server, clock, "refuse_logins", True)
            case _:
                await restart()


async def _for_a_while(server: AmiServer, clock: Clock, name: str, value: float | bool) -> None:
    before = getattr(server.faults, name)
    setattr(server.faults, name, value)
    try:
        await clock.sleep(5)
    finally:
        setattr(server.faults, name, before)
