"""A helpline for one test: a queue and agents of its own on the shared PBX, and everybody in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.asterisk.administrator import Administrator
from tests.asterisk.api import WAIT_S, Api, Json, Watcher
from tests.asterisk.parties import Parties, Party
from tests.asterisk.pbx_process import PbxProcess
from tests.asterisk.scenario import Behavior


class Numbers:
    """Queues t01... and agents agent001..., each for one test only.

    A test leaves its agents in its queues, with phones that nobody answers any more: a caller of
    another test would ring there, and while he does, Asterisk serves who waits behind him. When all
    are used up, the next one raises RuntimeError.
    """

    def __init__(self) -> None:
        self.queues = _each_once("queue", range(1, 300))
        self.agents = _each_once("agent", (*range(1, 80), *range(100, 400)))


def _each_once(kind: str, numbers: Iterable[int]) -> Iterator[int]:
    yield from numbers
    raise RuntimeError(f"a test has used every {kind}: tests/asterisk/pbx must have more of them")


@dataclass(frozen=True)
class Agent:
    """An agent's phone at work."""

    number: int
    phone: Party

    @property
    def id(self) -> str:
        return f"agent{self.number:03d}"

    @property
    def interface(self) -> str:
        return f"PJSIP/{self.id}"

    @property
    def extension(self) -> str:
        return f"1{self.number:03d}"


@dataclass
class Desk:
    """What a test needs. Only `api` and `watcher` judge."""

    pbx: PbxProcess
    api: Api
    watcher: Watcher
    parties: Parties
    admin: Administrator
    numbers: Numbers

    def __post_init__(self) -> None:
        self.queue, self.dial = self.another_queue()

    def another_queue(self) -> tuple[str, str]:
        """A queue's id, and the number that leads there."""
        number = next(self.numbers.queues)
        return f"t{number:02d}", f"8{number // 100 * 3}{number % 100:02d}"

    async def agent(
        self,
        behavior: Behavior = Behavior(),  # noqa: B008 - frozen
        queue: str | None = None,
        number: int | None = None,
    ) -> Agent:
        """An agent in the test's queue, as somebody at the PBX would add him; mhud shows him."""
        agent = await self.phone(behavior, number)
        await self.join(agent, queue or self.queue)
        reached = {"id": agent.id, "status": lambda status: status != "unreachable"}
        await self.watcher.sees("agent.status_changed", agent=reached)
        return agent

    async def loses(self, agent: Agent) -> None:
        """mhud shows the agent as unreachable, who was not so when he logged in."""
        lost = {"id": agent.id, "status": "unreachable"}
        await self.watcher.sees(
            "agent.status_changed", agent=lost, previous_status=lambda status: status != "offline"
        )

    async def phone(
        self,
        behavior: Behavior = Behavior(),  # noqa: B008 - frozen
        number: int | None = None,
    ) -> Agent:
        """A registered phone that is in no queue."""
        number = number or next(self.numbers.agents)
        return Agent(number, await self.parties.phone(number, behavior))

    async def join(self, agent: Agent, queue: str) -> None:
        await self.admin.act("QueueAdd", Queue=queue, Interface=agent.interface)
        await self.watcher.sees("agent.logged_in", agent={"id": agent.id})

    async def joined(self, endpoint: str) -> None:
        """That endpoint's newest channel is in one bridge with another.

        Who is answered hears of it a moment before: a transfer then would find him in no talk yet.
        """
        channel = await self.admin.channel(endpoint)
        entered = await self.admin.hears(Event="BridgeEnter", Channel=channel)
        bridge = entered["BridgeUniqueid"]
        await self.admin.hears(Event="BridgeEnter", BridgeUniqueid=bridge, BridgeNumChannels="2")

    async def in_talk(self, audio: bool = False) -> tuple[Agent, Party, Json]:
        """An agent talks with a caller: agent, caller, call."""
        agent = await self.agent(Behavior(audio=audio))
        caller = await self.parties.call(self.dial, audio=audio)
        event = await self.watcher.sees("call.connected", call={"queue_id": self.queue})
        return agent, caller, event["call"]

    async def ended(self, call: Json, timeout_s: float = WAIT_S) -> Json:
        """The call as its one `call.ended` shows it."""
        event = await self.watcher.sees("call.ended", timeout_s, call={"id": call["id"]})
        ended: Json = event["call"]
        return ended
