"""What the rights matrix is about: a case, a callback, a draft …, his own, another's, nobody's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from aiohttp import FormData

from tests.logins import cookie
from tests.matrix_house import PHONES, MatrixHouse
from tests.recorded import heard, unheard
from tests.report_things import finished, scheduled
from tests.webhook_things import given_up, registered

MHU, OPENCHS = "/api/v1", "/helpline/api"
Make = Callable[["Things", str, str], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Thing:
    """`params`: for the braces of a path, the last of them its id. `at`: no other is so old."""

    params: Mapping[str, Any]
    word: str
    at: datetime

    @property
    def kind(self) -> str:
        """The name of its id."""
        return list(self.params)[-1] if self.params else ""

    @property
    def ident(self) -> Any:
        return self.params.get(self.kind)


@dataclass(frozen=True, slots=True)
class Things:
    house: MatrixHouse
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def make(self, kind: str, who: str, whose: str) -> Thing:
        """A new one; `word` is nowhere else."""
        await self.house.centre.clock.advance(1)
        word = f"word{next(self.numbers)}x"
        params = await MAKERS[kind](self, who if whose == "own" else "other", word + whose[:1])
        return Thing(params, word + whose[:1], self.house.centre.clock.now())

    async def post(self, who: str, path: str, body: Any, method: str = "POST") -> dict[str, Any]:
        """What is answered to somebody who may."""
        headers = await self.house.headers(who, "all")
        sent = {"data": body} if isinstance(body, FormData) else {"json": body}
        http = self.house.centre.http
        async with http.request(method, path, headers=headers, **sent) as answer:
            made: dict[str, Any] = await answer.json()
            assert answer.status in (200, 201), made
        return dict(made.get("data", made))


def letter() -> FormData:
    form = FormData()
    form.add_field("file", b"She told us everything.", filename="letter.txt")
    return form


def is_nobodys(word: str) -> bool:
    return word.endswith("n")


async def _nothing(_things: Things, _who: str, _word: str) -> dict[str, Any]:
    return {}


async def _agent(_things: Things, who: str, _word: str) -> dict[str, Any]:
    return {"agent_id": PHONES[who]}


async def _newcomer(things: Things, _who: str, word: str, **more: Any) -> dict[str, Any]:
    made = await things.post("admin", f"{OPENCHS}/users", {"username": word, **more})
    return {"user_id": made["id"]}


async def _recruit(things: Things, who: str, word: str) -> dict[str, Any]:
    await _newcomer(things, who, word, agent_id=word)
    return {"agent_id": word}


async def _asking(things: Things, who: str, word: str) -> dict[str, Any]:
    """Anew: nobody comes yet."""
    agent = await _agent(things, who, word)
    for step in ("/end", ""):
        await things.post("admin", f"{MHU}/agents/{agent['agent_id']}/help{step}", None)
    return agent


async def _call(things: Things, who: str, word: str) -> dict[str, Any]:
    return {"call_id": things.house.calls["" if is_nobodys(word) else who]}


async def _case(things: Things, who: str, word: str) -> dict[str, Any]:
    """Another's is assigned to him; one's own is assigned to nobody, but made by him."""
    made = await things.post(who, f"{OPENCHS}/cases", {"title": word})
    if who == "other" and not is_nobodys(word):
        wish = {"assigned_user_id": things.house.ids[who]}
        await things.post("admin", f"{OPENCHS}/cases/{made['id']}", wish)
    return {"case_id": made["id"]}


async def _deleted(things: Things, who: str, word: str) -> dict[str, Any]:
    made = await _case(things, who, word)
    await things.post("admin", f"{OPENCHS}/cases/{made['case_id']}", None, "DELETE")
    return made


async def _file(things: Things, who: str, word: str) -> dict[str, Any]:
    case = await _case(things, who, word)
    made = await things.post(who, f"{OPENCHS}/cases/{case['case_id']}/attachments", letter())
    return {**case, "attachment_id": made["id"]}


async def _contact(things: Things, who: str, word: str) -> dict[str, Any]:
    case = await _case(things, who, word)
    return {**case, **await _loose(things, who, word, **case)}


async def _loose(things: Things, who: str, _word: str, **more: Any) -> dict[str, Any]:
    body = {"contact_type": "walk_in", "direction": "inbound", **more}
    made = await things.post(who, f"{OPENCHS}/communications", body)
    return {"communication_id": made["id"]}


async def _client(things: Things, who: str, word: str) -> dict[str, Any]:
    return {"client_id": (await things.post(who, f"{MHU}/clients", {"name": word}))["id"]}


async def _visit(things: Things, who: str, word: str) -> dict[str, Any]:
    client = await _client(things, who, word)
    made = await things.post(who, f"{MHU}/clients/{client['client_id']}/sessions", {})
    return {**client, "session_id": made["session_id"]}


async def _callback(things: Things, who: str, word: str) -> dict[str, Any]:
    body = {"phone": "+254711000111", "queue_id": word}
    holder = None if is_nobodys(word) else things.house.ids[who]
    made = await things.post(who, f"{MHU}/callbacks", {**body, "assigned_user_id": holder})
    return {"callback_id": made["id"]}


async def _draft(things: Things, who: str, word: str) -> dict[str, Any]:
    await things.post(who, f"{MHU}/drafts/{word}", {"form": {"of": who}}, "PUT")
    return {"call_id": word}


async def _key(things: Things, who: str, word: str) -> dict[str, Any]:
    await things.house.centre.house.key("view_calls", owner=things.house.ids[who])
    access = things.house.centre.services.access
    return {"key_id": list(access.known.keys.values())[-1].id}


async def _login(things: Things, who: str, _word: str) -> dict[str, Any]:
    home = things.house.centre.house
    before = {one.login.id for one in home.services.access.logins.all()}
    await cookie(home, who)
    (made,) = {one.login.id for one in home.services.access.logins.all()} - before
    return {"session_id": made}


async def _recording(things: Things, _who: str, word: str) -> dict[str, Any]:
    await heard(things.house.centre.services, word)
    return {"name": f"{word}.mp3", "call_id": word}


async def _silence(things: Things, _who: str, word: str) -> dict[str, Any]:
    await unheard(things.house.centre.services, word)
    return {"call_id": word}


async def _webhook(things: Things, _who: str, _word: str) -> dict[str, Any]:
    return {"webhook_id": await registered(things.house.centre.services)}


async def _delivery(things: Things, who: str, word: str) -> dict[str, Any]:
    made = await _webhook(things, who, word)
    services = things.house.centre.services
    return {**made, "delivery_id": await given_up(services, made["webhook_id"])}


async def _user(things: Things, who: str, _word: str) -> dict[str, Any]:
    return {"user_id": things.house.ids[who]}


async def _report(things: Things, who: str, _word: str) -> dict[str, Any]:
    report, link = await finished(things.house.centre.services, things.house.ids[who])
    return {"name": link.rpartition("/")[2], "report_id": report.id}


async def _schedule(things: Things, who: str, _word: str) -> dict[str, Any]:
    made = await scheduled(things.house.centre.services, things.house.ids[who])
    return {"schedule_id": made.id}


MAKERS: dict[str, Make] = {
    "-": _nothing,
    "agent": _agent,
    "asking": _asking,
    "newcomer": _newcomer,
    "recruit": _recruit,
    "call": _call,
    "callback": _callback,
    "case": _case,
    "deleted": _deleted,
    "file": _file,
    "contact": _contact,
    "loose": _loose,
    "client": _client,
    "visit": _visit,
    "draft": _draft,
    "key": _key,
    "login": _login,
    "recording": _recording,
    "silence": _silence,
    "report": _report,
    "schedule": _schedule,
    "user": _user,
    "webhook": _webhook,
    "delivery": _delivery,
}
