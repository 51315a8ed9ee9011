"""What a page may not do, and what is over when it is signed out."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError

from mhud.web.cookie import NAME
from mhud.web.phone import SIGNED_OUT, WRONG_IDENTITY
from tests.browser.asterisk.seat import Seats

REGISTER = (
    "REGISTER sip:mhud.invalid SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:{user}@mhud.invalid>;tag=a\r\nTo: <sip:{user}@mhud.invalid>\r\n"
    "Call-ID: a1\r\nCSeq: 1 REGISTER\r\nContact: <sip:x@x.invalid;transport=ws>\r\n"
    "Content-Length: 0\r\n\r\n"
)


async def line(
    seats: Seats, session: ClientSession, origin: str
) -> aiohttp.ClientWebSocketResponse:
    cookie = f"{NAME}={await seats.cookie('agent089')}"
    base = seats.daemon.base_url
    async with session.post(f"{base}/api/v1/phone", headers={"Cookie": cookie}) as answer:
        assert answer.status == 200, await answer.text()
    headers = {"Cookie": cookie, "Origin": origin}
    url = f"{base}/phone"
    return await session.ws_connect(url, protocols=("sip",), headers=headers)


async def test_a_page_of_another_site_gets_no_line(seats: Seats) -> None:
    async with ClientSession() as session:
        with pytest.raises(WSServerHandshakeError) as refused:
            await line(seats, session, "https://evil.example")
    assert refused.value.status == 403


async def test_asterisk_asks_for_the_secret_and_never_hears_another_name(seats: Seats) -> None:
    async with ClientSession() as session:
        socket = await line(seats, session, seats.daemon.base_url)
        await socket.send_str(REGISTER.format(user="agent089"))
        answer = await socket.receive(10)
        assert str(answer.data).startswith("SIP/2.0 401")
        await socket.send_str(REGISTER.format(user="agent088"))
        message = await socket.receive(10)
        assert (message.type, message.data) == (WSMsgType.CLOSE, WRONG_IDENTITY)


async def test_a_secret_counts_until_the_next_one(seats: Seats) -> None:
    """And the page that has the old one is told when it signs in again."""
    seat = await seats.at_work()
    await seat.page.evaluate("() => fetch('/api/v1/phone', { method: 'POST' })")
    await seat.page.evaluate("() => window.line.register()")
    await seat.until("online.value === false")


async def test_who_is_signed_out_is_reached_no_more(seats: Seats) -> None:
    seat = await seats.at_work()
    await seat.page.evaluate("() => fetch('/helpline/api/logout', { method: 'POST' })")
    await seat.is_("refused")
    assert await seat.do("problem.value") == "phone.signed_out"
    async with asyncio.timeout(10):
        while "Contact:  " + seat.agent in await seats.desk.pbx.cli(f"pjsip show aor {seat.agent}"):
            continue
    assert SIGNED_OUT == 4002


async def test_a_page_can_call_colleagues_but_no_number_outside(seats: Seats) -> None:
    seat = await seats.at_work()
    outside = await seats.desk.parties.outside()
    await seat.page.evaluate("() => window.line.test('+4930123456')")
    await seat.is_("idle")
    assert outside.rang.empty()
    shown = await seats.desk.pbx.cli("dialplan show +4930123456@web-phones")
    assert "There is no existence of" in shown


async def test_a_desk_phone_gets_no_secret(seats: Seats) -> None:
    """Its own, in pjsip.conf, would be of no use to anybody else then."""
    said = await seats.desk.pbx.cli("database show ps_auth/auth/agent001")
    assert "0 results" in said
    variables = {"Variable": "MHU_SECRET=" + "a" * 40, "Application": "NoOp", "Timeout": "2000"}
    with pytest.raises(AssertionError, match="Originate failed"):
        await seats.desk.admin.act(
            "Originate", Channel="Local/agent001@phone-secret/n", **variables
        )
    said = await seats.desk.pbx.cli("database show ps_auth/auth/agent001")
    assert "0 results" in said


async def test_nobody_sees_the_errand_that_brings_a_secret(seats: Seats) -> None:
    """It runs on a channel of Asterisk, and is no call."""
    await seats.at_work()
    assert not [
        event
        for event in seats.desk.watcher.events
        if event["type"].startswith("call.") and "errand" in event["call"]["id"]
    ]
    assert await seats.desk.api.active(lambda call: "errand" in call["id"]) == []
