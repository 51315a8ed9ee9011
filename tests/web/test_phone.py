"""`/phone`: SIP from a page to a PBX that only listens, and who is not let through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import (
    ClientWebSocketResponse,
    WSCloseCode,
    WSMsgType,
    WSServerHandshakeError,
    web,
)
from aiohttp.test_utils import TestServer
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from mhud.services import login_sessions
from mhud.services.sip_identity import may_pass
from mhud.web.cookie import NAME
from mhud.web.phone import (
    LONGEST,
    LOST,
    MOST,
    NEWER,
    SIGNED_OUT,
    SWITCHBOARD,
    TOO_FAST,
    WRONG_IDENTITY,
    call_pbx,
    pbx_client,
)
from tests.call_centre import CallCentre, call_centre
from tests.fake_clock import eventually, settle
from tests.houses import PASSWORD

PILE = "x" * 60_000
AS_JSSIP = (
    "<sip:0k3m9qd2@3l4h7t.invalid;transport=ws>;+sip.ice;reg-id=1;"
    '+sip.instance="<urn:uuid:2b5f8f4e-6f1c-4b27-9d2f-1c7a54d0b1aa>";expires=120'
)
PBX_SAYS = "SIP/2.0 200 OK\r\n\r\n"


@dataclass
class Pbx:
    """Asterisk's WebSocket: keeps what it hears, and answers each message."""

    heard: list[str] = field(default_factory=list)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    protocols: list[str | None] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        self.sockets.append(socket)
        self.protocols.append(socket.ws_protocol)
        async for message in socket:
            self.heard.append(message.data)
            await socket.send_str(PBX_SAYS)
        return socket


@dataclass
class Office:
    centre: CallCentre
    pbx: Pbx
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return str(self.centre.http.make_url("/")).rstrip("/")

    async def cookie(self, agent: str) -> str:
        """Of a login session of his."""
        access = self.centre.services.access
        user = access.known.names[agent]
        value = await login_sessions.start(access, self.centre.services.trail, user, "otp")
        return f"{NAME}={value}"

    async def phone(
        self, agent: str = "agent001", cookie: str = "", **headers: str
    ) -> ClientWebSocketResponse:
        """Raises WSServerHandshakeError when it is not let in."""
        sent = {"Origin": self.origin, "Cookie": cookie or await self.cookie(agent), **headers}
        sent = {name: text for name, text in sent.items() if text}
        return await self.centre.http.ws_connect("/phone", protocols=("sip",), headers=sent)

    @asynccontextmanager
    async def slow_phone(self) -> AsyncIterator[ClientConnection]:
        """It sends in parts where it is told to, and reads only what is asked of it."""
        url = self.origin.replace("http", "ws", 1) + "/phone"
        async with connect(
            url,
            subprotocols=[Subprotocol("sip")],
            origin=Origin(self.origin),
            additional_headers={"Cookie": await self.cookie("agent001")},
            max_queue=1,
        ) as phone:
            yield phone


@asynccontextmanager
async def office(folder: Path, url: str = "") -> AsyncIterator[Office]:
    pbx, app = Pbx(), web.Application()
    app.router.add_get("/ws", pbx.handle)
    async with TestServer(app) as server:
        chosen = url or str(server.make_url("/ws")).replace("http", "ws", 1)
        async with call_centre(folder, phone={"pbx_url": chosen}) as centre:
            for number in (1, 2):
                agent = f"agent00{number}"
                await hire(centre, agent)
            yield Office(centre, pbx)


async def hire(centre: CallCentre, agent: str) -> None:
    body = {"username": agent, "password": PASSWORD, "agent_id": agent, "queues": ["support"]}
    async with centre.http.post("/helpline/api/users", json=body, headers=centre.key) as answer:
        assert answer.status == 201, await answer.text()
    await centre.services.agents.load()
    await centre.until(lambda live: agent in live.agents)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as opened:
        yield opened


def sip(
    first: str = "REGISTER sip:mhud.invalid SIP/2.0",
    sender: str = "<sip:agent001@mhud.invalid>;tag=a",
    to: str = "<sip:agent001@mhud.invalid>",
    more: str = "",
    body: str = "",
    length: int | None = None,
) -> str:
    size = len(body.encode()) if length is None else length
    return (
        f"{first}\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
        f"From: {sender}\r\nTo: {to}\r\nCall-ID: c1\r\nCSeq: 1 X\r\n{more}"
        f"Content-Length: {size}\r\n\r\n{body}"
    )


async def answered(phone: ClientWebSocketResponse, message: str) -> None:
    await phone.send_str(message)
    assert (await phone.receive(5)).data == PBX_SAYS


async def closed(phone: ClientWebSocketResponse) -> int:
    """The code with which it ends, whatever is said before."""
    while True:
        message = await phone.receive(10)
        if message.type is WSMsgType.CLOSE:
            return int(message.data)
        assert message.type is WSMsgType.TEXT, message


async def refused(at: Office, **how: Any) -> int:
    with pytest.raises(WSServerHandshakeError) as failed:
        await at.phone(**how)
    return failed.value.status


# ---- through


async def test_what_a_page_says_reaches_the_pbx_and_what_that_says_the_page(at: Office) -> None:
    phone = await at.phone()
    assert phone.protocol == "sip"
    await answered(phone, sip())
    await answered(phone, sip("INVITE sip:1002@mhud.invalid SIP/2.0", to="<sip:1002@x>", body="v"))
    await answered(phone, sip(more=f"Contact: {AS_JSSIP}\r\n"))
    await answered(phone, "\r\n\r\n")
    assert [one.split(" ")[0] for one in at.pbx.heard] == [
        "REGISTER",
        "INVITE",
        "REGISTER",
        "\r\n\r\n",
    ]
    assert at.pbx.protocols == ["sip"]


async def test_within_a_dialog_its_own_tags_count_and_no_name(at: Office) -> None:
    """Who was called signs his BYE with the random name that he gave as contact."""
    phone = await at.phone()
    bye = sip("BYE sip:x@y SIP/2.0", "<sip:r4nd0m@x.invalid>;tag=b", "<sip:1002@x>;tag=c")
    await answered(phone, bye)
    assert at.pbx.heard == [bye]


async def test_when_the_pbx_hangs_up_the_page_is_to_come_back(at: Office) -> None:
    phone = await at.phone()
    await eventually(lambda: at.pbx.sockets)
    await at.pbx.sockets[0].close()
    assert await closed(phone) == LOST


async def test_a_hundred_and_one_pages_have_a_phone_each(tmp_path: Path) -> None:
    """As a house has agents; an HTTP client keeps no more than 100 connections by itself."""
    pbx, app = Pbx(), web.Application()
    app.router.add_get("/ws", pbx.handle)
    async with TestServer(app) as server, pbx_client() as http, AsyncExitStack() as lines:
        for _ in range(101):
            line = await call_pbx(http, str(server.make_url("/ws")), 30.0)
            lines.push_async_callback(line.close)
        assert len(pbx.sockets) == 101


# ---- who is let in


async def test_without_a_cookie_nobody_is_let_in(at: Office) -> None:
    assert await refused(at, cookie="other=1") == 401
    assert await refused(at, cookie=f"{NAME}=mhus_wrong") == 401
    assert at.pbx.sockets == []


async def test_a_key_or_a_token_is_no_page(at: Office) -> None:
    assert await refused(at, cookie="other=1", **at.centre.key) == 403
    assert at.pbx.sockets == []


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null", ""])
async def test_pages_of_others_and_who_names_no_origin_are_refused(at: Office, origin: str) -> None:
    assert await refused(at, Origin=origin) == 403
    assert at.pbx.sockets == []


async def test_another_port_or_scheme_is_another_site(at: Office) -> None:
    for origin in (
        at.origin.replace("http", "https", 1),
        at.origin.rpartition(":")[0],
        f"{at.origin}.evil.example",
        at.origin.replace("http://", "http://evil@"),
    ):
        assert await refused(at, Origin=origin) == 403
    assert await refused(at, **{"Sec-Fetch-Site": "same-site"}) == 403
    assert at.pbx.sockets == []


async def test_an_origin_in_capitals_is_the_same_site(at: Office) -> None:
    await answered(await at.phone(Origin=at.origin.upper()), sip())


async def test_who_has_no_phone_is_told_so(at: Office) -> None:
    body = {"username": "boss", "password": PASSWORD, "role": "supervisor"}
    url, key = "/helpline/api/users", at.centre.key
    async with at.centre.http.post(url, json=body, headers=key) as answer:
        assert answer.status == 201
    assert await refused(at, agent="boss") == 409


async def test_a_socket_that_speaks_no_sip_is_refused(at: Office) -> None:
    headers = {"Origin": at.origin, "Cookie": await at.cookie("agent001")}
    with pytest.raises(WSServerHandshakeError) as failed:
        await at.centre.http.ws_connect("/phone", headers=headers)
    assert failed.value.status == 400


async def test_without_a_pbx_no_page_is_told_that_it_is_connected(tmp_path: Path) -> None:
    async with office(tmp_path, "ws://127.0.0.1:1/ws") as at:
        assert await refused(at) == 503


# ---- in whose name

OTHER = "<sip:agent002@mhud.invalid>"
MINE = "<sip:agent001@mhud.invalid>"
INVITE = "INVITE sip:1002@mhud.invalid SIP/2.0"
IN_ANOTHERS_NAME = {
    "a registration as another": sip(sender=f"{OTHER};tag=a", to=OTHER),
    "a call as another": sip(INVITE, f"{OTHER};tag=a"),
    "a registration with a tag as in a dialog": sip(sender=f"{OTHER};tag=a", to=f"{OTHER};tag=x"),
    "two senders": sip(more=f"From: {OTHER};tag=b\r\n"),
    "two senders, one of them short": sip(more=f"f: {OTHER};tag=b\r\n"),
    "a folded sender": sip(more=f"X: y\r\n From: {OTHER};tag=b\r\n"),
    "a sender behind a bare line feed": sip(more=f"X: y\nFrom: {OTHER};tag=b\r\n"),
    "a name that looks like his": sip(sender=f'"{MINE}" {OTHER};tag=a'),
    "a name that is quoted": sip(sender="<sip:%61gent002@mhud.invalid>;tag=a"),
    "a list of senders": sip(sender=f"{MINE},{OTHER};tag=a"),
    "no sender": sip().replace("From: ", "X-From: "),
    "a method that no phone needs": sip("MESSAGE sip:1002@x SIP/2.0", to="<sip:1002@x>"),
    "a transfer outside of a call": sip("REFER sip:1002@x SIP/2.0", to="<sip:1002@x>"),
    "a second message behind the first": sip(
        "BYE sip:x@y SIP/2.0", to="<sip:1002@x>;tag=c", body=sip(sender=f"{OTHER};tag=a"), length=0
    ),
    "a length that is not that of the body": sip(body="v=0", length=2),
    "two lengths": sip(more="l: 0\r\n"),
    "a tag that belongs to the address": sip(INVITE, f"{OTHER};tag=a", "<sip:1002@x;tag=c>"),
    "a tag that belongs to the name": sip(INVITE, f"{OTHER};tag=a", '";tag=c" <sip:1002@x>'),
    "a tag without a word": sip(INVITE, f"{OTHER};tag=a", "<sip:1002@x>;tag="),
    "a tag that is taken back": sip(INVITE, f"{OTHER};tag=a", "<sip:1002@x>;tag=c;tag="),
    "two ways to him": sip(more="Contact: <sip:a@x.invalid>;expires=0\r\nm: <sip:a@10.0.0.1>\r\n"),
    "a way to him by another server": sip(more="Contact: <sip:a@x;maddr=10.0.0.1>\r\n"),
    "a way to him that is no SIP": sip(more="Contact: <tel:+15550100>\r\n"),
    "a way to him of any kind": sip(more="Contact: *\r\n"),
    "a detour for what Asterisk asks": sip(INVITE, more="Record-Route: <sip:10.0.0.1;lr>\r\n"),
    "a detour to him": sip(more="Path: <sip:10.0.0.1;lr>\r\n"),
    "two ways to him in a line": sip(more="m: <sip:a@x>;expires=0, <sip:a@10.0.0.1>\r\n"),
    "blank lines before it": "\r\n\r\n" + sip(sender=f"{OTHER};tag=a"),
    "no SIP": "GET / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("message", IN_ANOTHERS_NAME.values(), ids=IN_ANOTHERS_NAME.keys())
async def test_nobody_speaks_for_another(at: Office, message: str) -> None:
    phone = await at.phone()
    await phone.send_str(message)
    assert await closed(phone) == WRONG_IDENTITY
    assert at.pbx.heard == []


@pytest.mark.parametrize("end", ["", "<"])
def test_a_sender_or_contact_of_many_semicolons_holds_nobody_up(end: str) -> None:
    long = f"{MINE}{';' * 30_000}{end}"
    assert may_pass(sip(sender=long), "agent001") == (end == "")
    assert may_pass(sip(more=f"Contact: {long}\r\n"), "agent001") == (end == "")


async def test_a_page_within_a_call_answers_whoever_called_by_his_name(at: Office) -> None:
    phone = await at.phone()
    to = '"Ann \\"Zed\\" <1>; tag=x" <sip:1002@x:5060;transport=ws>;tag=as5f.0-3'
    await answered(phone, sip("BYE sip:x@y SIP/2.0", "<sip:r4nd0m@x.invalid>;tag=b", to))


async def test_bytes_are_no_sip_of_a_page(at: Office) -> None:
    phone = await at.phone()
    await phone.send_bytes(sip().encode())
    assert await closed(phone) == LOST
    assert at.pbx.heard == []


async def test_a_message_that_comes_in_parts_is_read_as_one(at: Office) -> None:
    """And its sender is looked at in the whole."""
    async with at.slow_phone() as phone:
        await phone.send([sip()[:150], sip()[150:]])
        assert await phone.recv() == PBX_SAYS
        other = sip(sender=f"{OTHER};tag=a", to=OTHER)
        await phone.send([other[:150], other[150:]])
        await phone.wait_closed()
        assert phone.close_code == WRONG_IDENTITY
    assert at.pbx.heard == [sip()]


@pytest.mark.parametrize("size", [LONGEST, 4 * LONGEST])
async def test_a_message_that_no_phone_writes_ends_the_line(at: Office, size: int) -> None:
    phone = await at.phone()
    await phone.send_str(sip(body="v" * size))
    assert await closed(phone) == WSCloseCode.MESSAGE_TOO_BIG
    assert at.pbx.heard == []


async def test_a_page_that_reads_nothing_is_given_up_before_much_piles_up(at: Office) -> None:
    """Asterisk waits with its next word until then, so that it holds little for it either."""
    async with shown_out_slowly(at):
        server = at.centre.http.server
        assert isinstance(server, TestServer)
        board = server.app[SWITCHBOARD]
        assert board.has("agent001")
        await eventually(lambda: not board.has("agent001"))


async def test_a_page_that_floods_the_pbx_is_cut_off(at: Office) -> None:
    phone = await at.phone()
    for _ in range(MOST + 1):
        await phone.send_str("\r\n\r\n")
    assert await closed(phone) == TOO_FAST
    await eventually(lambda: at.pbx.sockets[0].closed)
    assert len(at.pbx.heard) == MOST


# ---- whose it is


async def test_the_newest_page_has_the_phone(at: Office) -> None:
    older = await at.phone()
    newer = await at.phone()
    assert await closed(older) == NEWER
    await answered(newer, sip())
    await eventually(lambda: at.pbx.sockets[0].closed)


async def clog(pbx: web.WebSocketResponse) -> asyncio.Future[None]:
    """Asterisk says more than a page that reads nothing takes: to show it out is slow then."""
    while True:
        saying = asyncio.ensure_future(pbx.send_str(PILE))
        await asyncio.wait({saying}, timeout=0.3)
        await settle(100)  # the machine itself may have stood still for so long
        if not saying.done():
            return saying


@asynccontextmanager
async def shown_out_slowly(at: Office) -> AsyncIterator[None]:
    """A page has the phone that goes as slowly as any does."""
    async with at.slow_phone() as frozen:
        await eventually(lambda: at.pbx.sockets)
        saying = await clog(at.pbx.sockets[0])
        yield
        await asyncio.gather(saying, return_exceptions=True)
        frozen.transport.abort()


async def test_a_page_that_went_while_an_older_one_was_shown_out_leaves_nobody(at: Office) -> None:
    async with shown_out_slowly(at):
        gone = await at.phone()
        assert (await at.centre.get("/agents/agent001/phone"))["signed_in"] is True
        await gone.close()
        await eventually(lambda: [one.closed for one in at.pbx.sockets] == [True, True])
        assert (await at.centre.get("/agents/agent001/phone"))["signed_in"] is False


async def test_a_third_page_has_the_phone_though_the_second_still_shows_out_the_first(
    at: Office,
) -> None:
    async with shown_out_slowly(at):
        second = await at.phone()
        third = await at.phone()
        await answered(third, sip())
        assert await closed(second) == NEWER
        await eventually(lambda: [one.closed for one in at.pbx.sockets] == [True, True, False])
        await answered(third, sip())


async def test_each_agent_has_a_line_of_his_own(at: Office) -> None:
    first, second = await at.phone("agent001"), await at.phone("agent002")
    await answered(first, sip())
    await answered(second, sip(sender=f"{OTHER};tag=a", to=OTHER))


async def test_who_signs_out_has_no_phone_any_more(at: Office) -> None:
    cookie = await at.cookie("agent001")
    phone = await at.phone(cookie=cookie)
    headers = {"Cookie": cookie, "Origin": at.origin}
    async with at.centre.http.post("/helpline/api/logout", headers=headers) as answer:
        assert answer.status == 200
    await phone.send_str(sip())
    assert await closed(phone) == SIGNED_OUT
    assert at.pbx.heard == []


async def test_who_says_nothing_after_signing_out_is_noticed_too(at: Office) -> None:
    phone = await at.phone()
    body = {"is_active": False}
    user = at.centre.services.access.known.names["agent001"]
    url, key = f"/helpline/api/users/{user.id}", at.centre.key
    async with at.centre.http.put(url, json=body, headers=key) as answer:
        assert answer.status == 200, await answer.text()
    await at.centre.clock.advance(2)
    assert await closed(phone) == SIGNED_OUT


async def test_a_phone_that_is_given_to_a_colleague_is_no_longer_his(at: Office) -> None:
    phone = await at.phone()
    user = at.centre.services.access.known.names["agent001"]
    url, key = f"/helpline/api/users/{user.id}", at.centre.key
    async with at.centre.http.put(url, json={"agent_id": None}, headers=key) as answer:
        assert answer.status == 200, await answer.text()
    await at.centre.clock.advance(2)
    assert await closed(phone) == SIGNED_OUT


async def test_who_may_be_called_no_more_has_no_phone_any_more(at: Office) -> None:
    """His role was changed; the secret that his page knows is good all the same, and the cookie."""
    cookie = await at.cookie("agent001")
    phone = await at.phone(cookie=cookie)
    key, api = at.centre.key, "/helpline/api"
    role = {"name": "clerk", "rights": ["view_all_cases"]}
    async with at.centre.http.post(f"{api}/roles", json=role, headers=key) as answer:
        assert answer.status == 201, await answer.text()
    user = at.centre.services.access.known.names["agent001"]
    url = f"{api}/users/{user.id}"
    async with at.centre.http.put(url, json={"role": "clerk"}, headers=key) as answer:
        assert answer.status == 200, await answer.text()
    await phone.send_str(sip())
    assert await closed(phone) == SIGNED_OUT
    assert await refused(at, cookie=cookie) == 403
    assert at.pbx.heard == []
