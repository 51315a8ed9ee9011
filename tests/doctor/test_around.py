"""What the doctor says of the proxy in front, the mail server and the SMS gateway."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from mhud.clock import SystemClock
from mhud.config import HttpSettings
from mhud.doctor import messages, proxy
from mhud.doctor.check import Check, State
from tests.certificates import Authority
from tests.clinic import settings
from tests.mail_server import PASSWORD, USERNAME, mail_server, mail_settings, stalled_server

LOCAL = ["127.0.0.1/32"]
SHOWN = '{"status": "ready", "checks": {}}'


@asynccontextmanager
async def answering(status: int, body: str = "") -> AsyncIterator[str]:
    """The address of a proxy behind which somebody gives this answer at each path."""

    async def give(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body)

    app = web.Application()
    app.router.add_get("/{path:.*}", give)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def seen(url: str, trusted: list[str]) -> Check:
    return await proxy.check(HttpSettings(public_url=url, trusted_proxies=trusted), True)


@pytest.mark.parametrize(
    ("status", "body", "trusted", "state"),
    [
        (401, "{}", LOCAL, State.OK),
        (200, SHOWN, LOCAL, State.WRONG),
        (503, SHOWN, LOCAL, State.WRONG),
        (503, "no backend", LOCAL, State.UNKNOWN),
        (301, "", LOCAL, State.UNKNOWN),
        (401, "{}", ["10.0.0.1/32"], State.UNKNOWN),
    ],
)
async def test_a_proxy_that_does_not_say_who_asks_is_red(
    status: int, body: str, trusted: list[str], state: State
) -> None:
    async with answering(status, body) as url:
        check = await seen(url, trusted)
    assert check.state is state
    assert state is State.OK or "X-Forwarded-For" in (check.fix or "")


async def test_a_proxy_that_is_not_reached_is_unknown_and_none_is_fine() -> None:
    async with answering(401) as url:
        pass
    assert (await seen(url, LOCAL)).state is State.UNKNOWN
    assert (await proxy.check(HttpSettings(), True)).state is State.OK
    ahead = HttpSettings(public_url=url, trusted_proxies=LOCAL)
    assert (await proxy.check(ahead, False)).state is State.UNKNOWN


async def told(folder: Path, **sections: Any) -> dict[str, Check]:
    found = await messages.checks(settings(folder, 1, **sections), SystemClock())
    return {check.name: check for check in found}


async def test_nothing_set_is_nothing_wrong(tmp_path: Path) -> None:
    assert {one.state for one in (await told(tmp_path)).values()} == {State.OK}


async def test_a_mail_server_is_signed_in_to_and_gets_no_mail(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue()
    context.load_cert_chain(authority.certificate, authority.key)
    good = {
        "security": "starttls",
        "username": USERNAME,
        "password": PASSWORD,
        "ca_file": authority.root(),
    }
    async with mail_server(starttls=context, auth=True) as server:
        mail = mail_settings(server.port, **good)
        assert (await told(tmp_path, mail=mail))["mail.server"].state is State.OK
        wrong = mail_settings(server.port, **{**good, "password": "another"})
        check = (await told(tmp_path, mail=wrong))["mail.server"]
    assert server.received == []
    assert (check.state, "login-refused" in check.text) == (State.WRONG, True)
    assert "mail_password" in (check.fix or "")
    assert (await told(tmp_path, mail=mail))["mail.server"].text.endswith("unreachable.")


async def test_a_mail_server_that_offers_no_encryption_or_stalls_is_red(tmp_path: Path) -> None:
    async with mail_server() as server:
        mail = mail_settings(server.port, security="starttls")
        check = (await told(tmp_path, mail=mail))["mail.server"]
    assert "not-offered" in check.text
    async with stalled_server() as port:
        mail = mail_settings(port, timeout_s=0.2)
        check = (await told(tmp_path, mail=mail))["mail.server"]
    assert "timeout" in check.text


async def test_a_gateway_is_connected_to_and_asked_for_nothing(tmp_path: Path) -> None:
    async with answering(500) as url:
        address = f"{url}secret-of-the-url?to={{number}}"
        sms: dict[str, Any] = {"url": address, "form": {"message": "{text}"}}
        assert (await told(tmp_path, sms=sms))["sms.gateway"].state is State.OK
        encrypted = {**sms, "url": address.replace("http:", "https:")}
        red = (await told(tmp_path, sms=encrypted))["sms.gateway"]
    assert (red.state, "tls" in red.text) == (State.WRONG, True)
    gone = (await told(tmp_path, sms=sms))["sms.gateway"]
    assert (gone.state, "unreachable" in gone.text) == (State.WRONG, True)
    assert all("secret" not in f"{one.text} {one.fix}" for one in (red, gone))
