"""A shift at a simulated helpline: two operators with phones, a case manager and a supervisor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mhud.services.people import Person, Phone, add_person
from mhud.sim.script import Caller
from tests.call_centre import CallCentre, call_centre
from tests.fake_clock import eventually

OPENCHS, MHU = "/helpline/api", "/api/v1"
PHONES = {"otieno": "agent001", "wanjiku": "agent002"}
SERVES = {"otieno": "support", "wanjiku": "crisis"}
PEOPLE = {
    "otieno": "operator",
    "wanjiku": "operator",
    "maria": "case_manager",
    "sue": "supervisor",
    "ada": "admin",
}
NUMBER = "+254700123456"
Shape = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shift:
    """`headers` and `ids` by name; each asks with a key of his own, with all of his rights."""

    centre: CallCentre
    headers: Mapping[str, Mapping[str, str]]
    ids: Mapping[str, int]

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """`path` with its dialect. Status and JSON."""
        headers = self.headers[who]
        async with self.centre.http.request(method, path, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def done(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """What is answered to what must succeed."""
        status, answer = await self.ask(who, method, path, body)
        assert status in (200, 201), answer
        return answer

    async def case(self, who: str = "otieno", **values: Any) -> int:
        """A new case of his."""
        made = await self.done(who, "POST", f"{OPENCHS}/cases", {"title": "Somebody", **values})
        return int(made["data"]["id"])

    async def client(self, who: str = "otieno", **values: Any) -> str:
        made = await self.done(who, "POST", f"{MHU}/clients", {"name": "Wambui", **values})
        return str(made["id"])

    async def talks(self, who: str = "otieno", number: str = NUMBER) -> tuple[Caller, str]:
        """A caller whom this operator has just taken from the queue, and the call's id."""
        known = set(self.centre.live.calls)
        caller = self.centre.pbx.call_in(number, queue=SERVES[who])
        await eventually(lambda: set(self.centre.live.calls) - known)
        (call_id,) = set(self.centre.live.calls) - known
        self.centre.pbx.agent_answers(PHONES[who])
        await eventually(lambda: self.centre.live.calls[call_id].in_talk)
        return caller, call_id

    async def after_a_talk(
        self, who: str = "otieno", seconds: int = 30, number: str = NUMBER
    ) -> str:
        """The id of a call that is over, of which all is on disk."""
        caller, call_id = await self.talks(who, number)
        await self.centre.pass_time(seconds)
        caller.hangs_up()
        await self.is_over(call_id)
        return call_id

    async def is_over(self, call_id: str) -> None:
        await eventually(lambda: call_id in self.centre.live.ended)
        await self.written()

    async def written(self) -> None:
        """The ledger has caught up with the state."""
        await self.centre.clock.advance(0.1)
        await eventually(lambda: not self.centre.services.ledger.lag)

    async def pending(self, who: str) -> list[Shape]:
        answer = await self.done(who, "GET", f"{OPENCHS}/communications/pending")
        assert answer["pagination"]["total"] == len(answer["data"])
        found: list[Shape] = answer["data"]
        return found

    async def activities(self, case_id: int) -> list[tuple[str, str]]:
        """Type and description, newest first."""
        answer = await self.done("sue", "GET", f"{OPENCHS}/cases/{case_id}/activities")
        return [(one["activity_type"], one["description"]) for one in answer["data"]]

    async def deeds(self, action: str) -> list[Shape]:
        """Lines of the trail, newest first."""
        found = (await self.done("ada", "GET", f"{MHU}/audit?action={action}"))["entries"]
        return list(found)


@asynccontextmanager
async def shift(folder: Path) -> AsyncIterator[Shift]:
    """In Kenya; one operator serves support, the other crisis, and both are available."""
    async with call_centre(folder, helpline={"region": "KE"}) as centre:
        ids = {
            name: await _person(centre, name, role, PHONES.get(name))
            for name, role in PEOPLE.items()
        }
        headers = {name: await centre.house.headers(owner=ident) for name, ident in ids.items()}
        await centre.services.agents.load()
        for name, agent_id in PHONES.items():
            centre.pbx.agent_logs_in(agent_id, SERVES[name])
            await centre.agent_is("available", agent_id)
        yield Shift(centre, headers, ids)


async def _person(centre: CallCentre, name: str, role: str, agent_id: str | None) -> int:
    """Without a password, which takes its time: who asks here asks with a key."""
    phone = Phone(agent_id=agent_id, interface=f"PJSIP/{agent_id}") if agent_id else None
    person = Person(username=name, name=name.title(), role=role, phone=phone)
    return (await add_person(centre.services.access, person)).id
