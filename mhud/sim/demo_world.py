"""The helpline of the demo: its people, its queues and who calls it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from mhud.sim.site import TRUNK, Endpoint, QueueSettings, Site

if TYPE_CHECKING:
    from mhud.sim.script import Script


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """`agent_id` is the phone's name too: `PJSIP/<agent_id>`."""

    agent_id: str
    name: str
    extension: str
    queues: tuple[str, ...]

    @property
    def interface(self) -> str:
        return f"PJSIP/{self.agent_id}"


BOTH = ("support", "crisis")

# The first one has no simulated calls, so that whoever tries the API finds her free.
AGENTS = (
    DemoAgent("agent001", "Jane Smith", "1001", BOTH),
    DemoAgent("agent002", "John Otieno", "1002", BOTH),
    DemoAgent("agent003", "Grace Wanjiru", "1003", BOTH),
    DemoAgent("agent004", "Peter Mwangi", "1004", ("support",)),
    DemoAgent("agent005", "Amina Hassan", "1005", BOTH),
    DemoAgent("agent006", "Daniel Kiptoo", "1006", ("support",)),
    DemoAgent("agent007", "Lucy Achieng", "1007", ("crisis",)),
    DemoAgent("agent008", "Brian Njoroge", "1008", ("support",)),
)
RESERVED = frozenset({"agent001"})
CHANNELVARS = ("ivr_path", "MHU_TAGS")


def demo_site() -> Site:
    phones = [Endpoint(one.agent_id, one.extension, one.name) for one in AGENTS]
    return Site(
        name="demo",
        endpoints=(*phones, TRUNK),
        queues={
            "support": QueueSettings(strategy="rrmemory", timeout=15, weight=1),
            "crisis": QueueSettings(strategy="leastrecent", timeout=15, weight=10, maxlen=10),
        },
        extensions={"2000": "support", "2001": "crisis"},
        channelvars=CHANNELVARS,
        reserved=RESERVED,
        max_wait=240,
    )


def log_everybody_in(script: Script) -> None:
    for one in AGENTS:
        script.agent_logs_in(one.agent_id, *one.queues, name=one.name)


def caller_number(random: Random) -> str:
    """From the range that Ofcom keeps free for films: nobody has it."""
    return f"+447700900{random.randrange(1000):03}"
