"""Links to set a password by, by e-mail: on a real SMTP server, and what is said when it fails."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import ValidationError

from mhud.config import InvitationSettings
from mhud.services.people import Person, add_person
from mhud.services.person_changes import change_person
from mhud.services.trail import Sought
from mhud.web.app import build_app
from tests.fake_clock import eventually, settle
from tests.houses import House, house
from tests.mail_server import MailServer, mail_server, mail_settings

LINK = re.compile(r"https://help\.example\.org/#/welcome/(mhui_\S+)")


@dataclass
class Desk:
    """Mary is new. `headers` are an administrator's."""

    home: House
    http: TestClient[Any, Any]
    server: MailServer
    headers: dict[str, str]
    mary: int

    async def ask(self, method: str, path: str = "", user: int | None = None) -> tuple[int, Any]:
        url = f"/helpline/api/users/{user or self.mary}/invite{path}"
        async with self.http.request(method, url, headers=self.headers) as answer:
            return answer.status, await answer.json()

    async def state(self) -> Any:
        status, answer = await self.ask("GET")
        assert status == 200
        return answer["data"]

    async def ended(self) -> str:
        """What became of the mail. The courier begins at some instant within two seconds."""
        await settle()
        await self.home.clock.advance(2.0)
        await eventually(lambda: self._state() not in (None, "sending"))
        return self._state() or ""

    def _state(self) -> str | None:
        found = self.home.services.invited.last(self.mary)
        return found.state if found else None


@asynccontextmanager
async def desk_in(folder: Path, **changes: Any) -> AsyncIterator[Desk]:
    async with mail_server() as server:
        mail = {"mail": mail_settings(server.port), **changes}
        http = {"public_url": "https://help.example.org/"}
        async with (
            house(folder, **mail, http=http) as home,
            TestClient(TestServer(build_app(home.services))) as client,
        ):
            carrying = asyncio.create_task(home.services.otp.courier.run())
            person = Person(username="mary", name="Mary W", role="operator", email="m@example.org")
            mary = (await add_person(home.services.access, person)).id
            yield Desk(home, client, server, await home.headers(), mary)
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_in(tmp_path) as one:
        yield one


async def test_the_link_comes_by_mail_works_once_and_is_shown_to_nobody_else(desk: Desk) -> None:
    assert (await desk.state()) == {"by_email": True, "pending": None, "mail": None}
    status, answer = await desk.ask("POST", "/mail")
    assert status == 202
    assert set(answer["data"]) == {"expires_at"}
    assert await desk.ended() == "sent"
    mail = desk.server.received[0]
    found = LINK.search(mail.get_content())
    assert found is not None
    assert desk.server.recipients == ["m@example.org"]
    assert "Mary W" in mail.get_content()
    state = await desk.state()
    assert state["mail"]["state"] == "sent"
    assert state["pending"]["expires_at"] == answer["data"]["expires_at"]
    body = {"token": found[1], "password": "eight tall lighthouses"}
    async with desk.http.post("/helpline/api/invitations/accept", json=body) as accepted:
        assert accepted.status == 200
    assert (await desk.state())["pending"] is None
    page = await desk.home.services.trail.page(Sought(action="user.invite"), 5, None)
    assert [dict(one.details) for one in page.deeds] == [{"how": "email"}]


async def test_a_server_that_refuses_is_said_and_no_secret_is_logged(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.server.refuse["RCPT"] = ["550 no such mailbox"]
    await desk.ask("POST", "/mail")
    assert await desk.ended() == "failed"
    assert (await desk.state())["mail"]["state"] == "failed"
    logged = "".join(capsys.readouterr())
    assert "message_not_sent" in logged
    assert "mhui_" not in logged
    assert "m@example.org" not in logged


async def test_who_has_no_address_or_no_account_gets_none(desk: Desk) -> None:
    access = desk.home.services.access
    await change_person(access, desk.mary, {"email": None})
    assert (await desk.state())["by_email"] is False
    assert (await desk.ask("POST", "/mail"))[0] == 409
    assert (await desk.ask("POST", "/mail", user=99))[0] == 404
    await change_person(access, desk.mary, {"email": "m@example.org", "is_active": False})
    assert (await desk.ask("POST", "/mail"))[0] == 409
    assert desk.server.received == []


async def test_without_a_mail_server_it_is_said_and_a_link_can_still_be_made(
    tmp_path: Path,
) -> None:
    async with desk_in(tmp_path, mail={}) as desk:
        assert (await desk.state())["by_email"] is False
        assert (await desk.ask("POST", "/mail"))[0] == 503
        assert (await desk.ask("POST"))[0] == 201


async def test_of_many_mails_the_oldest_is_forgotten(desk: Desk) -> None:
    invited = desk.home.services.invited
    for n in range(201):
        invited._keep(1000 + n, "sent")
    assert invited.last(1000) is None
    assert invited.last(1200) is not None


def test_a_mail_without_the_link_is_no_setting() -> None:
    with pytest.raises(ValidationError, match="stands nowhere"):
        InvitationSettings(text="Come in.")
