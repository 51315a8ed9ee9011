"""`/api/v1/auth/…`, as the document prints it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from mhud.web.body import STRANGERS_BYTES
from tests.houses import PASSWORD, House

Api = TestClient[Any, Any]


async def tokens(api: Api, path: str = "token", **body: str) -> dict[str, Any]:
    answer = await api.post(f"/api/v1/auth/{path}", json=body)
    assert answer.status == 200, await answer.text()
    shape: dict[str, Any] = await answer.json()
    return shape


async def status(api: Api, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await api.get("/api/v1/agents/status", headers=headers)).status


async def test_a_token_is_obtained_used_refreshed_and_revoked(api: Api, home: House) -> None:
    await home.person("jane", "operator", "agent001")
    first = await tokens(api, username="jane", password=PASSWORD)
    assert set(first) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (first["token_type"], first["expires_in"]) == ("Bearer", 86_400)
    assert await status(api, first["access_token"]) == 200
    second = await tokens(api, "refresh", refresh_token=first["refresh_token"])
    assert await status(api, second["access_token"]) == 200
    revoked = await api.post("/api/v1/auth/revoke", json={"refresh_token": second["refresh_token"]})

    assert await revoked.json() == {"success": True}
    assert await status(api, first["access_token"]) == 401
    assert await status(api, second["access_token"]) == 401


async def test_an_access_token_revokes_itself(api: Api, home: House) -> None:
    await home.person("jane")
    mine = await tokens(api, username="jane", password=PASSWORD)
    headers = {"Authorization": f"Bearer {mine['access_token']}"}
    answer = await api.post("/api/v1/auth/revoke", headers=headers)

    assert answer.status == 200
    assert await status(api, mine["access_token"]) == 401


async def test_revoking_nothing_is_a_validation_error(api: Api) -> None:
    assert (await api.post("/api/v1/auth/revoke")).status == 400


async def test_revoking_an_unknown_token_says_no_more_than_success(api: Api) -> None:
    answer = await api.post("/api/v1/auth/revoke", json={"refresh_token": "unheard of"})

    assert await answer.json() == {"success": True}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "jane"},
        {"username": "jane", "password": ""},
        {"username": 1, "password": "x"},
    ],
)
async def test_half_a_sign_in_is_a_validation_error(api: Api, body: dict[str, Any]) -> None:
    answer = await api.post("/api/v1/auth/token", json=body)

    assert (answer.status, (await answer.json())["code"]) == (400, "validation_error")


async def test_who_has_not_signed_in_sends_no_large_bodies(api: Api) -> None:
    answer = await api.post("/api/v1/auth/token", data=b" " * (STRANGERS_BYTES + 1))

    assert answer.status == 413
    assert (await answer.json())["code"] == "payload_too_large"


async def test_an_expired_header_does_not_hinder_signing_in(api: Api, home: House) -> None:
    await home.person("jane")
    answer = await api.post(
        "/api/v1/auth/token",
        json={"username": "jane", "password": PASSWORD},
        headers={"Authorization": "Bearer expired"},
    )

    assert answer.status == 200


async def test_reads_are_answered_while_ten_people_sign_in(api: Api, home: House) -> None:
    for number in range(10):
        await home.person(f"user{number}")
    headers = await home.headers("view_agents")
    signing_in = asyncio.gather(
        *(tokens(api, username=f"user{number}", password=PASSWORD) for number in range(10))
    )
    reads = 0
    while not signing_in.done():
        assert (await api.get("/api/v1/agents/status", headers=headers)).status == 200
        reads += 1

    assert len(await signing_in) == 10
    assert reads > 10
