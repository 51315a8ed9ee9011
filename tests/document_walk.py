"""What the documents print of people, cases and clients, asked once of a running demo."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from mhud.clock import SystemClock
from tests import printed
from tests.document_queries import Ask, parameters
from tests.document_table import CLIENT_SEARCH, CLIENT_SESSION
from tests.printed_openchs import Endpoint, endpoint
from tests.running_demo import code_for

API = "/helpline/api"
PDF = b"%PDF-1.4\n" + b"\n" * (524288 - 9 - 6) + b"%%EOF\n"  # as long as is printed
Said = tuple[int, Any]


@dataclass
class Walk:
    """`answers` by the endpoint, `reads` what was written there, `asked` by endpoint and query."""

    demo: dict[str, Any]
    http: aiohttp.ClientSession
    cookie: str = ""
    answers: dict[str, Said] = field(default_factory=dict)
    reads: dict[str, Any] = field(default_factory=dict)
    asked: dict[tuple[str, str], Any] = field(default_factory=dict)
    parameters: dict[str, dict[str, list[Ask]]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    async def send(self, who: str, method: str, path: str, body: Any = None) -> Said:
        """`who`: john has a cookie, nobody nothing, the others a token."""
        sent = {"data": body} if isinstance(body, aiohttp.FormData) else {"json": body}
        headers = await self._credential(who)
        async with self.http.request(method, API + path, headers=headers, **sent) as answer:
            return answer.status, await answer.json()

    async def data(self, who: str, path: str) -> Any:
        status, answer = await self.send(who, "GET", path)
        assert status == 200, answer
        return answer["data"]

    async def try_printed(
        self, who: str, one: Endpoint, case_id: int = 123, query: str = "", **changes: Any
    ) -> Said:
        """As printed, but for what `changes`."""
        path = one.path.replace("{id}", str(case_id)) + query
        body = {**one.request, **changes} if one.request else None
        said = await self.send(who, one.methods[0], path, body)
        self.answers[str(one)] = said
        return said

    async def _credential(self, who: str) -> dict[str, str]:
        if who == "nobody":
            return {}
        if who == "john":
            return {"Cookie": f"HELPLINE_SESSION_ID={self.cookie}"} if self.cookie else {}
        if who not in self.tokens:
            self.tokens[who] = await self._token(who)
        return {"Authorization": f"Bearer {self.tokens[who]}"}

    async def _token(self, who: str) -> str:
        body = {"username": who, "password": self.demo["users"][who]["password"]}
        async with self.http.post("/api/v1/auth/token", json=body) as answer:
            return str((await answer.json())["access_token"])


async def walk(demo: dict[str, Any]) -> Walk:
    """In an order in which everything is there that is printed."""
    jar = aiohttp.DummyCookieJar()
    limit = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(demo["base_url"], cookie_jar=jar, timeout=limit) as http:
        walk = Walk(demo, http)
        await _sign_in(walk)
        await _read(walk)
        await _make_and_delete(walk)
        await _change(walk)
        await _log(walk)
        await _attach(walk)
        await _help(walk)
        await _administer(walk)
        await _sign_out(walk)
        return walk


async def _sign_in(walk: Walk) -> None:
    sending, verifying = endpoint("POST", "/sendOTP"), endpoint("POST", "/verifyOTP")
    await walk.try_printed("john", sending)
    async with asyncio.timeout(10):
        while (code := code_for(walk.demo, sending.request["addr_addr"])) is None:
            await SystemClock().sleep(0.05)
    body = {**verifying.request, "otp": code}
    async with walk.http.post(API + verifying.path, json=body) as answer:
        walk.answers[str(verifying)] = answer.status, await answer.json()
        walk.cookie = answer.cookies["HELPLINE_SESSION_ID"].value


async def _read(walk: Walk) -> None:
    await walk.try_printed(
        "john", endpoint("GET", "/cases"), query="?status=open&priority=high&limit=10"
    )
    for path in ("/cases/{id}", "/cases/{id}/communications", "/users/me", "/dispositions"):
        await walk.try_printed("john", endpoint("GET", path))
    search = "?q=child+safety&fields=title,description&limit=5"
    await walk.try_printed("john", endpoint("GET", "/search/cases"), query=search)
    await walk.try_printed("supervisor_jane", endpoint("GET", "/statistics/cases"))


async def _make_and_delete(walk: Walk) -> None:
    _, made = await walk.try_printed("john", endpoint("POST", "/cases"))
    case_id = made["data"]["id"]
    walk.reads["POST /cases"] = await walk.data("john", f"/cases/{case_id}")
    await walk.try_printed("admin_alice", endpoint("DELETE", "/cases/{id}"), case_id)


async def _change(walk: Walk) -> None:
    changing, noting = endpoint("PUT", "/cases/{id}"), endpoint("POST", "/cases/{id}/activities")
    await walk.try_printed("supervisor_jane", changing)
    by_post = await walk.send("supervisor_jane", "POST", "/cases/123", changing.request)
    walk.answers["POST /cases/{id}"] = by_post
    case = await walk.data("john", "/cases/123")
    listing = endpoint("GET", "/cases/{id}/activities")
    _, told = await walk.try_printed("john", listing)
    case["activity.description"] = told["data"][0]["description"]
    walk.reads[str(changing)] = case
    _, made = await walk.try_printed("john", noting)
    newest = (await walk.data("john", "/cases/123/activities"))[0]
    assert newest["id"] == made["data"]["id"]
    walk.reads[str(noting)] = newest


async def _log(walk: Walk) -> None:
    logging = endpoint("POST", "/communications")
    _, made = await walk.try_printed("john", logging)
    found = await walk.data("john", "/cases/123/communications")
    walk.reads[str(logging)] = next(one for one in found if one["id"] == made["data"]["id"])


async def _attach(walk: Walk) -> None:
    sending, listing = (endpoint(method, "/cases/{id}/attachments") for method in ("POST", "GET"))
    form = aiohttp.FormData(quote_fields=False)  # as browsers and curl write names
    for name, value in sending.form.items():
        if value is None:
            name_of = listing.response["data"][0]["original_filename"]
            form.add_field(name, PDF, filename=name_of, content_type="application/pdf")
        else:
            form.add_field(name, value)
    maria = "case_manager_maria"
    status, made = await walk.send(maria, "POST", "/cases/123/attachments", form)
    assert status == 201, made
    walk.answers[str(sending)] = status, made
    _, listed = await walk.try_printed(maria, listing)
    (read,) = (one for one in listed["data"] if one["id"] == made["data"]["id"])
    path = f"{API}/cases/123/attachments/{read['id']}"
    headers = {"Authorization": f"Bearer {walk.tokens[maria]}"}
    async with walk.http.get(path, headers=headers) as answer:
        walk.reads[str(sending)] = {**read, "content": await answer.read()}


async def _help(walk: Walk) -> None:
    """As any program that has a key, and the client's id in the place of the printed braces."""
    key = {"X-API-Key": walk.demo["api_key"]}
    by_name = {str(one): one for one in printed.requests()}
    for name in (CLIENT_SEARCH, CLIENT_SESSION):
        asked = by_name[name]
        path = asked.path.replace("{client_id}", "client001")
        async with walk.http.request(asked.method, path, json=asked.body, headers=key) as answer:
            walk.answers[name] = answer.status, await answer.json()
    made = walk.answers[CLIENT_SESSION][1]
    async with walk.http.get("/api/v1/clients/client001/sessions", headers=key) as answer:
        sessions = (await answer.json())["sessions"]
    (read,) = (one for one in sessions if one["session_id"] == made["session_id"])
    walk.reads[CLIENT_SESSION] = read


async def _administer(walk: Walk) -> None:
    """Somebody has left, so that there is one who is not active."""
    left = {"is_active": False}
    assert (await walk.send("admin_alice", "PUT", "/users/11", left))[0] == 200
    await walk.try_printed("supervisor_jane", endpoint("GET", "/users"))
    walk.parameters = parameters(SystemClock().now())
    for name, by_parameter in walk.parameters.items():
        path = name.split()[1]
        asks = [ask for asks in by_parameter.values() for ask in asks]
        for query in {query for ask in asks for query in (ask.query, ask.whole)}:
            status, answer = await walk.send("supervisor_jane", "GET", f"{path}?{query}")
            assert status == 200, (path, query, answer)
            walk.asked[name, query] = answer


async def _sign_out(walk: Walk) -> None:
    password = walk.demo["users"]["operator_john"]["password"]
    await walk.try_printed("john", endpoint("POST", "/changeAuth"), old_password=password)
    walk.answers["FORBIDDEN"] = await walk.send("john", "GET", "/users")
    walk.answers["NOT_FOUND"] = await walk.send("john", "GET", "/cases/999999")
    walk.answers["VALIDATION_ERROR"] = await walk.send("john", "POST", "/cases", {"title": 1})
    await walk.try_printed("john", endpoint("POST", "/logout"))
    walk.answers["UNAUTHORIZED"] = await walk.send("john", "GET", "/users/me")
