"""The cookie of a login session at the door of every path: who gets in, and from whose page."""

from __future__ import annotations

from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from pydantic import BaseModel
from pytest_aiohttp.plugin import AiohttpClient
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from mhud.services import signin
from mhud.services.people import disable
from mhud.web.app import build_app, reconfigure
from mhud.web.context import Context
from mhud.web.cookie import NAME
from mhud.web.cookie import signed_in as give
from mhud.web.openchs.dialect import openchs
from tests.houses import PASSWORD, House, house, settings_for
from tests.logins import cookie, signed_in
from tests.sockets import close_code, heard, say

Api = TestClient[Any, Any]
ME = "/helpline/api/users/me"
SESSIONS = "/api/v1/sessions"
LOGOUT = "/helpline/api/logout"


@pytest.mark.parametrize("path", [ME, SESSIONS, "/api/v1/calls/active", "/health/ready"])
async def test_it_opens_the_doors_of_both_dialects(api: Api, home: House, path: str) -> None:
    far = {"X-Forwarded-For": "203.0.113.1"}
    jane = await signed_in(home, "jane", "admin")
    inside = await api.get(path, headers={**jane, **far})
    outside = await api.get(path, headers=far)

    assert inside.status in {200, 503}
    assert outside.status == 401


async def test_people_have_their_own_limit_whichever_way_they_ask(api: Api, home: House) -> None:
    jane = await signed_in(home)
    grant = await signin.log_in(home.services.access, "jane", PASSWORD, "192.0.2.1")
    first = await api.get(ME, headers=jane)
    second = await api.get(ME, headers={"Authorization": f"Bearer {grant.access_token}"})

    assert first.headers["X-RateLimit-Limit"] == "600"
    assert [one.headers["X-RateLimit-Remaining"] for one in (first, second)] == ["599", "598"]


@pytest.mark.parametrize(
    "sent",
    [
        "{name}={value}",
        "theme=dark; {name}={value}; other=1",
        "{name}={value};",
        '{name}="{value}"',
        "{name}={value}; {name}={value}",
        "{name}=; {name}={value}",
        "X{name}=nothing; {name}={value}",
    ],
)
async def test_it_is_found_among_others(api: Api, home: House, sent: str) -> None:
    await home.person()
    value = await cookie(home, "jane")
    answer = await api.get(ME, headers={"Cookie": sent.format(name=NAME, value=value)})

    assert answer.status == 200


async def test_two_that_differ_are_refused(api: Api, home: House) -> None:
    await home.person()
    both = "; ".join([f"{NAME}={await cookie(home, 'jane')}" for _ in range(2)])
    answer = await api.get(ME, headers={"Cookie": both})

    assert answer.status == 401


@pytest.mark.parametrize("sent", [NAME, f"{NAME}=", f"{NAME}=wrong", f"{NAME.lower()}=", ";;=;"])
async def test_what_is_none_opens_nothing_and_hinders_nobody(
    api: Api, home: House, sent: str
) -> None:
    answer = await api.get(ME, headers={"Cookie": sent})
    open_to_all = await api.get("/", headers={"Cookie": sent})
    with_key = await api.get(ME, headers={"Cookie": sent, **await home.headers()})

    assert (answer.status, open_to_all.status, with_key.status) == (401, 200, 200)


async def test_a_key_comes_before_a_token_and_a_token_before_the_cookie(
    api: Api, home: House
) -> None:
    jane = await signed_in(home)
    await home.person("bob")
    grant = await signin.log_in(home.services.access, "bob", PASSWORD, "192.0.2.1")
    token = {"Authorization": f"Bearer {grant.access_token}"}
    key = await home.headers(owner=await home.person("ada", "admin"))

    async def asked(**headers: str) -> str | None:
        answer = await api.get(ME, headers=headers)
        return (await answer.json())["data"]["username"] if answer.status == 200 else None

    assert await asked(**jane) == "jane"
    assert await asked(**jane, **token) == "bob"
    assert await asked(**jane, **token, **key) == "ada"
    assert await asked(**jane, Authorization="Bearer wrong") is None
    assert await asked(**jane, **{"X-API-Key": "wrong"}) is None


# ---- whose page asks

OWN = "http://mhud.example"
FOREIGN_ORIGINS = [
    "https://evil.example",
    "http://evil.example",
    "https://mhud.example",  # another scheme
    "http://mhud.example:8080",  # another port
    "http://mhud.example.evil.example",
    "http://sub.mhud.example",
    "null",
    "",
    "mhud.example",
]
CONSUMERS: list[dict[str, str]] = [
    {},
    {"Origin": OWN},
    {"Origin": OWN.upper().replace("HTTP:", "http:")},
    {"Origin": OWN + ":80"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
]
FOREIGNERS: list[dict[str, str]] = [
    *({"Origin": origin} for origin in FOREIGN_ORIGINS),
    *({"Origin": origin, "Sec-Fetch-Site": "same-origin"} for origin in FOREIGN_ORIGINS[:2]),
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": ""},
    {"Origin": OWN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": OWN, "Sec-Fetch-Site": "same-site"},
]
HOST = {"Host": "mhud.example"}


@pytest.mark.parametrize("headers", CONSUMERS, ids=str)
async def test_our_own_pages_and_no_browser_at_all_may_change_things(
    api: Api, home: House, headers: dict[str, str]
) -> None:
    answer = await api.post(LOGOUT, headers={**HOST, **await signed_in(home), **headers})

    assert answer.status == 200


@pytest.mark.parametrize("headers", FOREIGNERS, ids=str)
async def test_pages_of_others_may_change_nothing(
    api: Api, home: House, headers: dict[str, str]
) -> None:
    jane = {**HOST, **await signed_in(home)}
    (session,) = (await (await api.get(SESSIONS, headers=jane)).json())["sessions"]
    changes = [
        await api.post(LOGOUT, headers={**jane, **headers}),
        await api.post("/api/v1/auth/revoke", headers={**jane, **headers}),
        await api.delete(f"{SESSIONS}/{session['id']}", headers={**jane, **headers}),
        await api.put("/helpline/api/nothing", headers={**jane, **headers}),
    ]

    assert [one.status for one in changes] == [403] * 4
    assert (await changes[0].json())["error"]["code"] == "FORBIDDEN"
    assert (await changes[2].json())["code"] == "insufficient_permissions"
    assert (await api.get(ME, headers={**jane, **headers})).status == 200, "it may be read"
    assert (await api.head(ME, headers={**jane, **headers})).status == 200


@pytest.mark.parametrize("headers", FOREIGNERS[::4], ids=str)
async def test_a_key_or_a_token_is_no_cookie(
    api: Api, home: House, headers: dict[str, str]
) -> None:
    """A page has them only because somebody gave them to it."""
    jane = await signed_in(home)
    grant = await signin.log_in(home.services.access, "jane", PASSWORD, "192.0.2.1")
    token = {"Authorization": f"Bearer {grant.access_token}"}
    key = await home.headers()
    gone = SESSIONS + "/login-unknown"
    answers = [
        await api.delete(gone, headers={**headers, **credential})
        for credential in (token, key, {**jane, **token}, {**jane, **key})
    ]

    assert [one.status for one in answers] == [404] * 4


async def test_where_we_are_is_what_config_says_too(
    tmp_path: Path, aiohttp_client: AiohttpClient
) -> None:
    http = {"public_url": "https://helpline.example.org:443/mhud"}
    async with house(tmp_path, http=http) as home:
        api = await aiohttp_client(build_app(home.services))

        async def status(origin: str) -> int:
            jane = await signed_in(home)
            return (await api.post(LOGOUT, headers={**HOST, **jane, "Origin": origin})).status

        assert await status("https://helpline.example.org") == 200
        assert await status("http://helpline.example.org") == 403
        assert await status(OWN) == 200
        assert api.app is not None
        reconfigure(api.app, settings_for(tmp_path, http={"public_url": "https://other.example"}))
        assert await status("https://helpline.example.org") == 403
        assert await status("https://other.example") == 200


async def test_a_trusted_proxy_says_how_we_were_reached(
    tmp_path: Path, aiohttp_client: AiohttpClient
) -> None:
    secure = {"X-Forwarded-Proto": "https", "Origin": "https://mhud.example"}
    statuses = []
    for trusted in (["127.0.0.1"], []):
        folder = tmp_path / str(len(trusted))
        async with house(folder, http={"trusted_proxies": trusted}) as home:
            api = await aiohttp_client(build_app(home.services))
            jane = await signed_in(home)
            statuses.append((await api.post(LOGOUT, headers={**HOST, **jane, **secure})).status)

    assert statuses == [200, 403]


async def test_origins_that_may_use_the_api_may_not_use_the_cookie(
    tmp_path: Path, aiohttp_client: AiohttpClient
) -> None:
    listed = "https://crm.example.org"
    async with house(tmp_path, http={"cors_origins": [listed]}) as home:
        api = await aiohttp_client(build_app(home.services))
        jane = await signed_in(home)
        change = await api.post(LOGOUT, headers={**jane, "Origin": listed})
        read = await api.get(ME, headers={**jane, "Origin": listed})

    assert change.status == 403
    assert "Access-Control-Allow-Credentials" not in read.headers


# ---- sockets


def url(api: Api) -> str:
    return str(api.make_url("/ws")).replace("http", "ws", 1)


async def test_a_socket_with_the_cookie_needs_no_first_message(api: Api, home: House) -> None:
    jane = await signed_in(home)
    origin = str(api.make_url("/")).rstrip("/")
    for more in ({}, {"Origin": origin, "Sec-Fetch-Site": "same-origin"}):
        async with connect(url(api), additional_headers={**jane, **more}) as client:
            assert (await heard(client))["type"] == "auth.ok"
            await say(client, type="subscribe", events=["call.*"])
            assert (await heard(client))["type"] == "subscribe.ok"


@pytest.mark.parametrize("headers", FOREIGNERS, ids=str)
async def test_a_foreign_page_opens_no_socket(
    api: Api, home: House, headers: dict[str, str]
) -> None:
    jane = await signed_in(home)
    with pytest.raises(InvalidStatus) as refused:
        await connect(url(api), additional_headers={**jane, **headers})

    assert refused.value.response.status_code == 403


async def test_a_cookie_that_is_over_leaves_him_to_say_who_he_is(api: Api, home: House) -> None:
    jane = await signed_in(home)
    await home.clock.advance(3600)
    async with connect(url(api), additional_headers=jane) as client:
        await say(client, type="auth", api_key=await home.key())
        assert (await heard(client))["type"] == "auth.ok"


async def test_without_the_right_to_receive_the_socket_ends(api: Api, home: House) -> None:
    jane = await signed_in(home)
    async with home.services.db.write() as tx:
        await tx.exec_driver_sql("UPDATE roles SET rights = '[]' WHERE name = 'operator'")
    await home.services.access.reload()
    async with connect(url(api), additional_headers=jane) as client:
        assert await close_code(client) == 4403


async def test_with_the_session_its_socket_ends_at_once(api: Api, home: House) -> None:
    jane = await signed_in(home)
    async with connect(url(api), additional_headers=jane) as client:
        await heard(client)
        assert (await api.post(LOGOUT, headers=jane)).status == 200
        assert await close_code(client) == 4401
    again = await signed_in(home)
    async with connect(url(api), additional_headers=again) as client:
        await heard(client)
        await disable(home.services.access, "jane")
        assert await close_code(client) == 4401


async def test_an_open_socket_keeps_the_session_until_its_day_is_over(
    api: Api, home: House
) -> None:
    jane, idle = await signed_in(home), await signed_in(home)
    async with connect(url(api), additional_headers=jane) as client:
        await heard(client)
        await home.clock.advance(3 * 3600)
        assert (await api.get(ME, headers=jane)).status == 200
        assert (await api.get(ME, headers=idle)).status == 401
        await home.clock.advance(21 * 3600)
        assert await close_code(client) == 4401
    assert (await api.get(ME, headers=jane)).status == 401


# ---- how it is given


class Hello(BaseModel):
    success: bool = True


async def a_door(home: House) -> str:
    """The path of a new route that signs Jane in."""
    await home.person()

    @openchs.post("/tests", right=None)
    async def come_in(ctx: Context) -> Hello | web.Response:
        return give(ctx, Hello(), await cookie(home, "jane"))

    return "/helpline/api/tests"


def given(answer: ClientResponse) -> Morsel[str]:
    (sent,) = answer.headers.getall("Set-Cookie")
    return SimpleCookie(sent)[NAME]


@pytest.mark.parametrize(
    ("http", "headers", "secure"),
    [
        ({}, {}, False),
        ({}, {"Host": "localhost"}, False),
        ({}, {"Host": "LOCALHOST:8080"}, False),
        ({}, {"Host": "[::1]:8080"}, False),
        ({}, {"Host": "192.0.2.5:8080"}, True),
        ({}, {"Host": "helpline.example.org"}, True),
        ({}, {"Host": "localhost.evil.example"}, True),
        ({}, {"X-Forwarded-For": "203.0.113.1"}, True),
        ({}, {"X-Forwarded-For": "127.0.0.1"}, True),
        ({}, {"Forwarded": "for=203.0.113.1"}, True),
        ({"trusted_proxies": ["127.0.0.1"]}, {"X-Forwarded-Proto": "https"}, True),
        ({"trusted_proxies": ["127.0.0.1"]}, {"X-Forwarded-Proto": "http"}, False),
        ({"public_url": "https://helpline.example.org"}, {}, True),
        ({"public_url": "http://localhost:8080"}, {}, False),
        ({"public_url": "no address"}, {}, False),
    ],
    ids=str,
)
async def test_it_is_secure_but_on_this_machine_and_never_for_scripts(
    tmp_path: Path,
    aiohttp_client: AiohttpClient,
    monkeypatch: pytest.MonkeyPatch,
    http: dict[str, Any],
    headers: dict[str, str],
    secure: bool,
) -> None:
    async with house(tmp_path, http=http) as home:
        monkeypatch.setattr(openchs, "routes", list(openchs.routes))
        path = await a_door(home)
        api = await aiohttp_client(build_app(home.services))
        cookie = given(await api.post(path, headers=headers))
        gone = given(await api.post(LOGOUT, headers={**headers, **await signed_in(home)}))

    for one in (cookie, gone):
        assert (one["path"], one["samesite"], bool(one["httponly"])) == ("/", "Lax", True)
        assert bool(one["secure"]) is secure
        assert one["domain"] == ""
    assert len(cookie.value) > 40
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert (gone.value, gone["max-age"]) == ("", "0")


@pytest.mark.parametrize("headers", FOREIGNERS, ids=str)
async def test_a_foreign_page_signs_nobody_in(api: Api, headers: dict[str, str]) -> None:
    address = {"addr_addr": "jane@example.org", "addr_type": "email"}
    code = {"addr_addr": "jane@example.org", "otp": "123456"}
    sent = await api.post("/helpline/api/sendOTP", json=address, headers=headers)
    guessed = await api.post("/helpline/api/verifyOTP", json=code, headers=headers)

    assert (sent.status, guessed.status) == (403, 403)


async def test_who_leaves_is_gone_and_has_no_cookie_any_more(api: Api, home: House) -> None:
    jane = await signed_in(home)
    left = await api.post(LOGOUT, headers=jane)

    assert await left.json() == {"success": True, "message": "Logged out successfully"}
    assert given(left).value == ""
    assert (await api.get(ME, headers=jane)).status == 401
    assert (await api.post(LOGOUT, headers=jane)).status == 401
