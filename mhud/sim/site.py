"""What the configuration files of the fake PBX say: phones, queues, extensions, rights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

STRATEGIES = frozenset({"ringall", "leastrecent", "fewestcalls", "random"}) | frozenset(
    {"rrmemory", "rrordered", "linear", "wrandom"}
)

# The extensions of each context.
CONTEXTS = {
    "agents": r"\+?[0-9]+",
    "consult": "1",
    "from-trunk": r"\+?[0-9]+",
    "hold": "s",
    "outbound": r"\+?[0-9]+",
    "phone-rejoin": "[a-zA-Z0-9].*",
    "queues": "[a-z].*",
    "rescue": "s",
    "supervise": "listen|whisper|barge",
    "transfer-agent": "1[0-9]{3}",
    "transfer-number": "[+0-9][0-9].+",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A phone or a trunk: `PJSIP/<name>`."""

    name: str
    number: str = ""
    display: str = ""
    transfer_context: str = "agents"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    """One section of queues.conf; times in seconds, `maxlen` 0: no limit."""

    strategy: str = "rrmemory"
    timeout: float = 15
    retry: float = 1
    wrapuptime: float = 2
    maxlen: int = 20
    servicelevel: int = 20
    weight: int = 0
    joinempty: bool = True
    ringinuse: bool = False


@dataclass(frozen=True, slots=True)
class StaticMember:
    """A `member =>` line of queues.conf."""

    queue: str
    interface: str
    name: str
    penalty: int = 0


def agents(count: int) -> tuple[Endpoint, ...]:
    """Phones agent001 … with extensions 1001 …"""
    return tuple(
        Endpoint(f"agent{n:03}", str(1000 + n), f"Agent {n:03}") for n in range(1, count + 1)
    )


TRUNK = Endpoint("trunk", transfer_context="from-trunk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything about this PBX that stays the same over a restart.

    `extensions` maps a dialled number to a queue. `writes` are the classes of actions that the
    AMI user may send, `reads` those of the events that he gets. The phones of `reserved` are never
    rung by a queue. `max_wait` is a caller's longest wait in seconds, unless a global says other.
    A transferred caller whom nobody takes comes to the queue `fallback`. `unloaded` are functions
    of the dialplan that this Asterisk lacks: reading them is a Success with an empty value.
    """

    name: str = "pbx"
    did: str = "116123"
    endpoints: tuple[Endpoint, ...] = (*agents(10), TRUNK)
    queues: Mapping[str, QueueSettings] = field(
        default_factory=lambda: {
            "support": QueueSettings(weight=1),
            "crisis": QueueSettings(strategy="ringall", weight=10),
        }
    )
    members: tuple[StaticMember, ...] = ()
    extensions: Mapping[str, str] = field(
        default_factory=lambda: {
            "2000": "support",
            "2001": "crisis",
            "7001": "support",
            "7002": "crisis",
        }
    )
    channelvars: tuple[str, ...] = ("ivr_path", "mhud_call_id")
    writes: frozenset[str] = frozenset({"call", "agent", "originate", "reporting"})
    reads: frozenset[str] = frozenset({"system", "call", "agent", "user"})
    reserved: frozenset[str] = frozenset()
    max_wait: float = 600
    fallback: str = "support"
    unloaded: frozenset[str] = frozenset()

    def exists(self, context: str, exten: str) -> bool:
        """Has the dialplan something at that place?"""
        return re.fullmatch(CONTEXTS.get(context, "(?!)"), exten) is not None

    def endpoint(self, name: str) -> Endpoint | None:
        return next((one for one in self.endpoints if one.name == name), None)

    def phone_of(self, exten: str) -> Endpoint | None:
        """The phone whose extension this is."""
        return next((one for one in self.endpoints if one.number and one.number == exten), None)
