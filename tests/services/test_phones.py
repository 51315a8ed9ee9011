"""Phones in browsers, as far as a PBX that has none of them can tell; the rest: tests/browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mhud.ami.phone_actions import give_secret, phone_option
from mhud.errors import MhudError
from mhud.services import login_sessions
from mhud.web.cookie import NAME
from tests.call_centre import CallCentre, call_centre
from tests.houses import PASSWORD

SECRET = "5ec2e7" * 8


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[CallCentre]:
    async with call_centre(tmp_path) as opened:
        body = {"username": "alice", "password": PASSWORD, "agent_id": "agent001"}
        url, key = "/helpline/api/users", opened.key
        async with opened.http.post(url, json=body, headers=key) as answer:
            assert answer.status == 201, await answer.text()
        await opened.services.agents.load()
        await opened.until(lambda live: "agent001" in live.agents)
        yield opened


async def cookie(centre: CallCentre) -> dict[str, str]:
    access, trail = centre.services.access, centre.services.trail
    value = await login_sessions.start(access, trail, access.known.names["alice"], "otp")
    return {"Cookie": f"{NAME}={value}"}


async def bearer(centre: CallCentre) -> dict[str, str]:
    body = {"username": "alice", "password": PASSWORD}
    _, answer = await centre.ask("POST", "/auth/token", body)
    return {"Authorization": f"Bearer {answer['access_token']}"}


async def test_a_phone_that_is_none_of_a_browser_is_one_on_a_desk(centre: CallCentre) -> None:
    shown = await centre.get("/agents/agent001/phone")
    assert shown == {
        "agent_id": "agent001", "kind": "desk", "extension": None, "signed_in": False,
        "call_id": None,
    }  # fmt: skip
    assert (await centre.ask("GET", "/agents/nobody/phone"))[0] == 404


async def asked(
    centre: CallCentre, path: str, headers: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    url, body = f"/api/v1{path}", {"token": "a1b2c3d4e5"} if "rejoin" in path else None
    async with centre.http.post(url, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_desk_phone_needs_no_secret(centre: CallCentre) -> None:
    status, answer = await asked(centre, "/phone", await cookie(centre))
    assert (status, answer["details"]["reason"]) == (409, "desk-phone")


async def test_who_is_in_no_call_gets_none_back(centre: CallCentre) -> None:
    status, answer = await asked(centre, "/phone/rejoin", await cookie(centre))
    assert (status, answer["details"]["reason"]) == (409, "no-call")


@pytest.mark.parametrize("path", ["/phone", "/phone/rejoin"])
async def test_a_token_is_no_page_and_takes_no_phone_from_one(
    centre: CallCentre, path: str
) -> None:
    """Of the secret that it would get, nothing could be made; but the page's own would be void."""
    status, answer = await asked(centre, path, await bearer(centre))
    assert (status, answer["code"]) == (403, "insufficient_permissions")
    assert "cookie" in answer["message"]


@pytest.mark.parametrize("name", ["", "a", "agent001/n", "x,y", "a)b", "agent 1", "agent\r\n1"])
def test_nothing_but_a_name_gets_into_the_dialplan(name: str) -> None:
    with pytest.raises(MhudError, match="is not the name of a phone"):
        give_secret("phone-secret", name, SECRET, "mhud-errand-1", 2000)
    with pytest.raises(MhudError, match="is not the name of a phone"):
        phone_option(name, "webrtc")


def test_a_secret_is_in_no_log() -> None:
    action = give_secret("phone-secret", "agent001", SECRET, "mhud-errand-1", 2000)
    assert SECRET not in repr(action)
    assert f"Variable: MHU_SECRET={SECRET}\r\n" in action.text("1")
