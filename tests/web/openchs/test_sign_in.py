"""Signing in by a code and changing one's password, as an API consumer meets them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from mhud.services.people import Person, add_person
from mhud.services.trail import Sought
from mhud.web.app import build_app
from mhud.web.cookie import NAME
from tests.fake_clock import eventually, settle
from tests.houses import PASSWORD
from tests.sign_in_desk import JOHN, PHONE, SignInDesk, sign_in_desk

PREFIX = "/helpline/api"
NEW = "eight tall lighthouses"


@dataclass
class Site:
    """The desk over HTTP."""

    desk: SignInDesk
    http: TestClient[Any, Any]

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any, ClientResponse]:
        async with self.http.post(PREFIX + path, json=body, headers=headers) as answer:
            return answer.status, await answer.json(), answer

    async def send(self, address: str = JOHN, kind: str = "email", **headers: str) -> int:
        body = {"addr_addr": address, "addr_type": kind}
        status, _, _ = await self.post("/sendOTP", body, **headers)
        return status

    async def code(self, address: str = JOHN) -> str:
        before = len(self.desk.postman.carried)
        assert await self.send(address) == 200
        await eventually(lambda: len(self.desk.postman.carried) > before)
        return self.desk.postman.codes(address)[-1]

    async def sign_in(self, address: str = JOHN) -> dict[str, str]:
        """Headers of somebody with a login session."""
        body = {"addr_addr": address, "otp": await self.code(address)}
        status, _, answer = await self.post("/verifyOTP", body)
        assert status == 200
        return {"Cookie": f"{NAME}={answer.cookies[NAME].value}"}

    async def token(self, password: str = PASSWORD, username: str = "operator_john") -> str | None:
        body = {"username": username, "password": password}
        async with self.http.post("/api/v1/auth/token", json=body) as answer:
            token: str | None = (await answer.json()).get("access_token")
            return token

    async def bearer(self, password: str = PASSWORD) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self.token(password)}"}

    async def is_in(self, headers: dict[str, str]) -> bool:
        async with self.http.get("/api/v1/agents/status", headers=headers) as answer:
            return answer.status != 401

    async def change(self, headers: dict[str, str], new: str = NEW, **old: Any) -> tuple[int, Any]:
        status, body, _ = await self.post("/changeAuth", {**old, "new_password": new}, **headers)
        return status, body


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with (
        sign_in_desk(tmp_path) as desk,
        TestClient(TestServer(build_app(desk.services)), cookie_jar=DummyCookieJar()) as http,
    ):
        yield Site(desk, http)


async def test_the_printed_login_works_as_printed(site: Site) -> None:
    sent = await site.post("/sendOTP", {"addr_addr": JOHN, "addr_type": "email"})
    await eventually(lambda: site.desk.postman.carried)
    code = site.desk.postman.codes(JOHN)[0]
    status, body, answer = await site.post("/verifyOTP", {"addr_addr": JOHN, "otp": code})
    user = site.desk.services.access.known.names["operator_john"]

    assert sent[:2] == (200, {"success": True, "message": f"OTP sent to {JOHN}"})
    assert (status, body) == (
        200,
        {"success": True, "user": {"id": user.id, "username": "operator_john", "role": "operator"}},
    )
    cookie = answer.cookies[NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert await site.is_in({"Cookie": f"{NAME}={cookie.value}"})


async def test_a_login_is_written_down_with_its_time_and_its_line_in_the_trail(site: Site) -> None:
    await site.sign_in()
    access = site.desk.services.access
    await access.reload()
    page = await site.desk.services.trail.page(Sought(action="login.start"), 10, None)

    assert access.known.names["operator_john"].last_login == site.desk.clock.now()
    assert [deed.username for deed in page.deeds] == ["operator_john"]


async def test_known_and_unknown_recipients_get_the_same_answers_to_everything(site: Site) -> None:
    answers: dict[str, list[Any]] = {}
    for address in (JOHN, "nobody@example.org"):
        told = answers.setdefault(address, [])
        for _ in range(6):
            body = {"addr_addr": address, "addr_type": "email"}
            status, said, answer = await site.post("/sendOTP", body)
            told.append((status, str(said).replace(address, "-"), sorted(answer.headers)))
        for _ in range(11):
            status, said, answer = await site.post(
                "/verifyOTP", {"addr_addr": address, "otp": "000000"}
            )
            told.append((status, said, sorted(answer.headers)))

    assert answers[JOHN] == answers["nobody@example.org"]
    statuses = [one[0] for one in answers[JOHN]]
    assert statuses == [200] * 5 + [429] + [401] * 10 + [429]


async def test_a_refusal_for_too_many_says_when_there_is_room_again(site: Site) -> None:
    for _ in range(5):
        await site.send()
    status, body, answer = await site.post("/sendOTP", {"addr_addr": JOHN, "addr_type": "email"})

    assert (status, body["error"]["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert answer.headers["Retry-After"] == "60"


async def test_a_mail_server_that_stalls_delays_no_answer(site: Site) -> None:
    site.desk.postman.gate = asyncio.Event()
    statuses = [await site.send(f"{n}@example.org") for n in range(5)]
    statuses += [await site.send(JOHN) for _ in range(5)]

    assert statuses == [200] * 10
    assert site.desk.postman.carried == []
    site.desk.postman.gate.set()
    await eventually(lambda: len(site.desk.postman.carried) == 5)


async def test_where_nothing_is_configured_the_answer_says_so(tmp_path: Path) -> None:
    async with (
        sign_in_desk(tmp_path, kinds=()) as desk,
        TestClient(TestServer(build_app(desk.services))) as http,
    ):
        status, body, _ = await Site(desk, http).post(
            "/sendOTP", {"addr_addr": JOHN, "addr_type": "email"}
        )

    assert status == 503
    assert body["error"] == {
        "code": "SERVICE_UNAVAILABLE",
        "message": "no mail server is configured here",
        "details": {},
    }


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/sendOTP", {"addr_addr": JOHN}, "addr_type"),
        ("/sendOTP", {"addr_addr": JOHN, "addr_type": "fax"}, "addr_type"),
        ("/sendOTP", {"addr_addr": "x", "addr_type": "email"}, "addr_addr"),
        ("/sendOTP", {"addr_addr": 5, "addr_type": "email"}, "addr_addr"),
        ("/sendOTP", {"addr_addr": JOHN, "addr_type": "email", "x": 1}, "x"),
        ("/verifyOTP", {"addr_addr": JOHN, "otp": 123456}, "otp"),
        ("/verifyOTP", {"addr_addr": JOHN, "otp": "12345"}, "otp"),
        ("/verifyOTP", {"addr_addr": JOHN, "otp": "١٢٣٤٥٦"}, "otp"),
        ("/verifyOTP", {"otp": "123456"}, "addr_addr"),
    ],
)
async def test_a_wrong_body_is_refused_naming_the_field_and_quoting_nothing(
    site: Site, path: str, body: dict[str, Any], field: str
) -> None:
    status, said, _ = await site.post(path, body)

    assert (status, said["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert [one["field"] for one in said["error"]["details"]["fields"]] == [field]
    assert JOHN not in str(said)


@pytest.mark.parametrize("path", ["/sendOTP", "/verifyOTP"])
async def test_no_page_of_another_site_signs_a_visitor_in(site: Site, path: str) -> None:
    body = {"addr_addr": JOHN, "addr_type": "email"}
    if path == "/verifyOTP":
        body = {"addr_addr": JOHN, "otp": await site.code()}
    status, _, answer = await site.post(path, body, Origin="https://evil.example")

    assert status == 403
    assert NAME not in answer.cookies


async def test_a_key_for_retries_is_refused_since_the_answer_holds_a_secret(site: Site) -> None:
    headers = {"Idempotency-Key": "one"}
    status, _, _ = await site.post("/verifyOTP", {"addr_addr": JOHN, "otp": "123456"}, **headers)

    assert status == 400


async def test_a_password_is_changed_with_the_old_one(site: Site) -> None:
    headers = await site.bearer()
    changed = await site.change(headers, old_password=PASSWORD)

    assert changed == (200, {"success": True, "message": "Password changed successfully"})
    assert await site.token() is None
    assert await site.token(NEW)


async def test_a_changed_password_ends_every_other_login_and_token_and_keeps_this_one(
    site: Site,
) -> None:
    other_token, other_login = await site.bearer(), await site.sign_in()
    this = await site.sign_in()
    await site.change(this, old_password=PASSWORD)

    assert await site.is_in(this)
    assert not await site.is_in(other_login)
    assert not await site.is_in(other_token)
    mine, theirs = await site.bearer(NEW), await site.bearer(NEW)
    assert (await site.change(mine, "nine red lighthouses", old_password=NEW))[0] == 200
    assert await site.is_in(mine)
    assert not await site.is_in(theirs)
    assert not await site.is_in(this)


async def test_a_code_that_was_on_its_way_is_void_after_a_change(site: Site) -> None:
    headers = await site.bearer()
    code = await site.code()
    await site.change(headers, old_password=PASSWORD)
    status, _, _ = await site.post("/verifyOTP", {"addr_addr": JOHN, "otp": code})

    assert status == 401


async def test_a_wrong_or_missing_old_password_changes_nothing(site: Site) -> None:
    headers = await site.bearer()
    for old in ({"old_password": "a wrong one"}, {}):
        status, body = await site.change(headers, **old)
        assert status == 400
        assert body["error"]["details"]["fields"][0]["field"] == "old_password"

    assert await site.token()


async def test_of_two_changes_at_once_with_the_same_old_password_one_holds(site: Site) -> None:
    headers = await site.bearer()
    words = (NEW, "nine red lighthouses")
    done = await asyncio.gather(
        *(site.change(headers, new, old_password=PASSWORD) for new in words)
    )

    assert sorted(status for status, _ in done) == [200, 400]
    good = [await site.token(new) is not None for new in words]
    assert good == [status == 200 for status, _ in done]


@pytest.mark.parametrize("new", ["short", "password123", "aaaaaaaaaaaa", "operator_john"])
async def test_a_new_password_that_is_not_good_enough_is_refused_and_is_no_attempt(
    site: Site, new: str
) -> None:
    headers = await site.bearer()
    for _ in range(4):
        status, body = await site.change(headers, new, old_password=PASSWORD)
        assert status == 400
        assert body["error"]["details"]["fields"][0]["field"] == "new_password"

    assert (await site.change(headers, old_password=PASSWORD))[0] == 200


async def test_three_changes_an_hour_right_or_wrong(site: Site) -> None:
    headers = await site.bearer()
    statuses = [(await site.change(headers, old_password="wrong"))[0] for _ in range(3)]
    refused = await site.change(headers, old_password=PASSWORD)
    await site.desk.clock.advance(3600)

    assert statuses == [400] * 3
    assert (refused[0], refused[1]["error"]["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert (await site.change(headers, old_password=PASSWORD))[0] == 200


async def without_password(site: Site) -> dict[str, str]:
    """Mary signs in by code; she never had a password."""
    mary = Person(username="mary", name="Mary", email="mary@example.org")
    await add_person(site.desk.services.access, mary)
    return await site.sign_in("mary@example.org")


async def test_who_has_no_password_gives_himself_one_within_ten_minutes_of_his_code(
    site: Site,
) -> None:
    headers = await without_password(site)
    await site.desk.clock.advance(600)

    assert (await site.change(headers))[0] == 200
    assert await site.token(NEW, "mary")
    assert (await site.change(headers, "nine red lighthouses"))[0] == 400  # now he has one


async def test_later_he_must_sign_in_again_first(site: Site) -> None:
    headers = await without_password(site)
    await site.desk.clock.advance(601)
    status, body = await site.change(headers)

    assert (status, body["error"]["code"]) == (403, "FORBIDDEN")
    assert (await site.change(await site.sign_in("mary@example.org")))[0] == 200


async def test_a_key_changes_nobodys_password(site: Site) -> None:
    user = site.desk.services.access.known.names["operator_john"]
    headers = await site.desk.house.headers("all", owner=user.id)
    status, _ = await site.change(headers, old_password=PASSWORD)

    assert status == 403
    assert await site.token()


async def test_nobody_changes_a_password_without_credentials(site: Site) -> None:
    assert (await site.change({}, old_password=PASSWORD))[0] == 401


async def test_the_change_is_in_the_trail_and_no_password_is(site: Site) -> None:
    await site.change(await site.bearer(), old_password=PASSWORD)
    page = await site.desk.services.trail.page(Sought(action="password.change"), 10, None)

    (deed,) = page.deeds
    user = site.desk.services.access.known.names["operator_john"]
    assert (deed.username, deed.subject_kind, deed.subject_id) == (
        "operator_john",
        "user",
        str(user.id),
    )
    assert deed.details == {}


async def test_guessing_codes_locks_nobody_out_of_his_password_nor_of_another_address(
    site: Site,
) -> None:
    for _ in range(10):
        await site.post("/verifyOTP", {"addr_addr": JOHN, "otp": "000000"})
    limited, _, _ = await site.post("/verifyOTP", {"addr_addr": JOHN, "otp": "000000"})

    assert limited == 429
    assert await site.token()
    assert await site.send(PHONE, "phone") == 200
    await eventually(lambda: site.desk.postman.carried)
    body = {"addr_addr": PHONE, "otp": site.desk.postman.codes(PHONE)[0]}
    status, _, _ = await site.post("/verifyOTP", body)
    assert status == 200


async def test_guessing_passwords_locks_nobody_out_of_his_code(site: Site) -> None:
    for _ in range(7):
        await site.token("a wrong one")
    await settle()

    assert await site.token() is None
    assert await site.sign_in()
