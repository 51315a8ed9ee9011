"""Channels and bridges, and how Asterisk prints them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mhud.sim.wire import Headers

if TYPE_CHECKING:
    from mhud.sim.pbx import Activity

DOWN, RING, RINGING, UP = 0, 4, 5, 6
STATES = {DOWN: "Down", RING: "Ring", RINGING: "Ringing", UP: "Up"}
UNKNOWN = "<unknown>"


@dataclass(slots=True, eq=False)
class Bridge:
    ident: str
    channels: list[Channel] = field(default_factory=list)

    def headers(self, prefix: str = "Bridge") -> Headers:
        return [
            (f"{prefix}Uniqueid", self.ident),
            (f"{prefix}Type", "basic"),
            (f"{prefix}Technology", "simple_bridge"),
            (f"{prefix}Creator", UNKNOWN),
            (f"{prefix}Name", UNKNOWN),
            (f"{prefix}NumChannels", str(len(self.channels))),
            (f"{prefix}VideoSourceMode", "none"),
        ]


class Half(Protocol):
    """The pair that a half of a Local channel belongs to, told what happens to the halves."""

    def rings(self, leg: Channel) -> None:
        """`leg`, which the second half dials, rings."""
        ...

    def changed(self, channel: Channel) -> None:
        """A half has another state."""
        ...

    def entered(self, channel: Channel) -> None:
        """A half has come into a bridge."""
        ...

    def ended(self, channel: Channel, cause: int) -> None:
        """A half is gone."""
        ...


class Spy(Protocol):
    """Who listens to a channel."""

    def heard_is_gone(self) -> None: ...


@dataclass(slots=True, eq=False)
class Channel:
    """One leg. `born` is the clock's monotonic seconds; `endpoint` is empty for half a Local."""

    name: str
    endpoint: str
    uniqueid: str
    linkedid: str
    born: float
    state: int = DOWN
    number: str = ""
    display: str = ""
    connected_number: str = ""
    connected_display: str = ""
    context: str = ""
    exten: str = "s"
    priority: int = 1
    dialled: str = ""
    application: str = ""
    application_data: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    heritage: dict[str, str] = field(default_factory=dict)
    bridge: Bridge | None = None
    activity: Activity | None = None
    half: Half | None = None
    on_hold: bool = False
    hangup_handler: bool = False
    recorded: bool = False
    bridged_at: float | None = None  # of the monotonic clock
    bridged_s: float = 0.0  # before that
    heard_keys: str = ""  # what AMI played to it
    pressed: str = ""  # what AMI pressed for it
    spies: list[Spy] = field(default_factory=list)
    tells_cause: bool = False  # HangupRequest of this channel says why
    gone: bool = False

    def goes(self, context: str, exten: str, priority: int = 1) -> None:
        self.context, self.exten, self.priority = context, exten, priority

    def runs(self, application: str, data: str = "") -> None:
        self.application, self.application_data = application, data

    def sets(self, name: str, value: str) -> None:
        """A name with `__` before it goes on to the legs that this channel dials."""
        plain = name.lstrip("_")
        self.variables[plain] = value
        if name.startswith("_"):
            self.heritage[plain] = value

    def inherits(self, parent: Channel) -> None:
        self.heritage.update(parent.heritage)
        self.variables.update(parent.heritage)

    def headers(self, channelvars: tuple[str, ...], prefix: str = "") -> Headers:
        """The channel snapshot of an event."""
        plain = [
            ("Channel", self.name),
            ("ChannelState", str(self.state)),
            ("ChannelStateDesc", STATES[self.state]),
            ("CallerIDNum", self.number or UNKNOWN),
            ("CallerIDName", self.display or UNKNOWN),
            ("ConnectedLineNum", self.connected_number or UNKNOWN),
            ("ConnectedLineName", self.connected_display or UNKNOWN),
            ("Language", "en"),
            ("AccountCode", ""),
            ("Context", self.context),
            ("Exten", self.exten),
            ("Priority", str(self.priority)),
            ("Uniqueid", self.uniqueid),
            ("Linkedid", self.linkedid),
            *(("ChanVariable", f"{name}={self.variables.get(name, '')}") for name in channelvars),
        ]
        return [(prefix + key, value) for key, value in plain]
