"""Queues and members as app_queue keeps them, without the calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mhud.sim.site import QueueSettings, Site
from mhud.sim.wire import Headers

if TYPE_CHECKING:
    from mhud.sim.waiting import Waiting

STATUS = {
    "UNKNOWN": 0,
    "NOT_INUSE": 1,
    "INUSE": 2,
    "BUSY": 3,
    "INVALID": 4,
    "UNAVAILABLE": 5,
    "RINGING": 6,
    "RINGINUSE": 7,
    "ONHOLD": 8,
}


@dataclass(slots=True, eq=False)
class Member:
    """`last_call`, `last_pause` and `login_time` are Unix seconds, 0: never."""

    queue: str
    interface: str
    name: str
    state_interface: str
    login_time: int
    membership: str = "dynamic"
    penalty: int = 0
    paused: bool = False
    reason: str = ""
    calls_taken: int = 0
    last_call: int = 0
    last_pause: int = 0
    in_call: bool = False
    ringinuse: bool = False

    def status(self, devices: Mapping[str, str]) -> int:
        return STATUS[devices.get(self.state_interface, "INVALID")]

    def pause_device(self) -> dict[str, str]:
        """What a lamp for this pause would show."""
        name = f"Queue:{self.queue}_pause_{self.interface}"
        return {name: "INUSE" if self.paused else "NOT_INUSE"}

    def figures(self, devices: Mapping[str, str]) -> Headers:
        return [
            ("StateInterface", self.state_interface),
            ("Membership", self.membership),
            ("Penalty", str(self.penalty)),
            ("CallsTaken", str(self.calls_taken)),
            ("LastCall", str(self.last_call)),
            ("LastPause", str(self.last_pause)),
            ("LoginTime", str(self.login_time)),
            ("InCall", str(int(self.in_call))),
            ("Status", str(self.status(devices))),
            ("Paused", str(int(self.paused))),
            ("PausedReason", self.reason),
        ]

    def headers(self, devices: Mapping[str, str]) -> Headers:
        """As the QueueMember events print it."""
        return [
            ("Queue", self.queue),
            ("MemberName", self.name),
            ("Interface", self.interface),
            *self.figures(devices),
            ("Ringinuse", str(int(self.ringinuse))),
            ("Wrapuptime", "0"),
        ]

    def row(self, devices: Mapping[str, str]) -> Headers:
        """As QueueStatus prints it."""
        return [
            ("Queue", self.queue),
            ("Name", self.name),
            ("Location", self.interface),
            *self.figures(devices),
            ("Wrapuptime", "0"),
        ]


@dataclass(slots=True)
class Figures:
    """Since the last reset; hold and talk are app_queue's moving averages in seconds."""

    holdtime: int = 0
    talktime: int = 0
    completed: int = 0
    abandoned: int = 0
    within: int = 0
    abandoned_within: int = 0

    def performance(self) -> tuple[float, float]:
        """Percent within the service level: of those answered; of all, the abandoned too."""
        known = self.completed + self.abandoned
        first = 100 * self.within / self.completed if self.completed else 0.0
        both = self.within + self.abandoned_within
        return first, 100 * both / known if known else 0.0

    def waited(self, seconds: int) -> None:
        self.holdtime = (self.holdtime * 3 + seconds) // 4 if self.completed else seconds

    def talked(self, seconds: int) -> None:
        self.talktime = (self.talktime * 3 + seconds) // 4 if self.completed else seconds
        self.completed += 1


@dataclass(slots=True, eq=False)
class Queue:
    name: str
    settings: QueueSettings
    members: list[Member] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)
    last_rung: str = ""

    @property
    def avail_device(self) -> str:
        return f"Queue:{self.name}_avail"

    def avail_state(self, devices: Mapping[str, str], resting: Callable[[Member], bool]) -> str:
        """What a lamp for "somebody is free" would show; `resting`: the wrap-up time runs."""
        free = any(
            not one.paused and one.status(devices) == 1 and not resting(one) for one in self.members
        )
        return "NOT_INUSE" if free else "INUSE"

    def member(self, interface: str) -> Member | None:
        """Asterisk does not mind the case of letters."""
        wanted = interface.lower()
        return next((one for one in self.members if one.interface.lower() == wanted), None)

    def line_up(self, waiting: Waiting) -> None:
        """Behind all who are as important, or more."""
        ahead = [one for one in self.waiting if one.priority >= waiting.priority]
        at = self.waiting.index(ahead[-1]) + 1 if ahead else 0
        self.waiting.insert(at, waiting)

    def params(self) -> Headers:
        told, figures = self.settings, self.figures
        perf, perf2 = figures.performance()
        return [
            ("Queue", self.name),
            ("Max", str(told.maxlen)),
            ("Strategy", told.strategy),
            ("Calls", str(len(self.waiting))),
            ("Holdtime", str(figures.holdtime)),
            ("TalkTime", str(figures.talktime)),
            ("Completed", str(figures.completed)),
            ("Abandoned", str(figures.abandoned)),
            ("ServiceLevel", str(told.servicelevel)),
            ("ServicelevelPerf", f"{perf:.1f}"),
            ("ServicelevelPerf2", f"{perf2:.1f}"),
            ("Weight", str(told.weight)),
        ]


def build_queues(site: Site, now: int) -> dict[str, Queue]:
    queues = {name: Queue(name, settings) for name, settings in site.queues.items()}
    for static in site.members:
        queues[static.queue].members.append(
            Member(
                static.queue,
                static.interface,
                static.name,
                static.interface,
                now,
                membership="static",
                penalty=static.penalty,
            )
        )
    return queues


def bring_back(site: Site, old: Mapping[str, Queue], now: int) -> dict[str, Queue]:
    """After a restart: settings as they were, members from the database, no figures."""
    queues = build_queues(site, now)
    for name, queue in old.items():
        reborn = queues[name]
        reborn.settings = queue.settings
        for member in queue.members:
            if member.membership == "dynamic":
                reborn.members.append(_reborn(member, now))
    return queues


def _reborn(member: Member, now: int) -> Member:
    return replace(
        member,
        login_time=now,
        last_pause=now if member.paused else 0,
        calls_taken=0,
        last_call=0,
        in_call=False,
    )
