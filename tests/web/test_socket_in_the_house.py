"""`/ws` within the whole application: behind its middleware, with real credentials."""

from __future__ import annotations

from typing import Any

from aiohttp.test_utils import TestClient
from websockets.asyncio.client import ClientConnection, connect

from mhud.services.keys import revoke_key
from tests.feed_things import CALLER, connected
from tests.houses import PASSWORD, House
from tests.sockets import close_code, heard, say

Api = TestClient[Any, Any]


def url(api: Api) -> str:
    return str(api.make_url("/ws")).replace("http", "ws", 1)


async def welcome(client: ClientConnection, **credentials: str) -> None:
    await say(client, type="auth", **credentials)
    assert (await heard(client))["type"] == "auth.ok"


async def publish(home: House, agent_id: str) -> None:
    """An event, and the milliseconds that the ledger gathers."""
    home.services.ledger.publish([connected(agent_id=agent_id)])
    while home.services.ledger.lag:
        await home.clock.advance(0.01)


async def test_a_key_opens_the_socket_and_its_revocation_closes_it(home: House, api: Api) -> None:
    async with connect(url(api)) as client:
        await welcome(client, api_key=await home.key("all"))
        await publish(home, "agent001")
        assert (await heard(client))["call"]["caller_id"] == CALLER
        await revoke_key(home.services.access, "of a test")
        assert await close_code(client) == 4401


async def test_a_persons_token_opens_the_socket_with_his_rights(home: House, api: Api) -> None:
    await home.person("jane", "operator", agent_id="agent001")
    asked = {"username": "jane", "password": PASSWORD}
    answer = await api.post("/api/v1/auth/token", json=asked)
    token = (await answer.json())["access_token"]
    async with connect(url(api)) as client:
        await welcome(client, token=token)
        await publish(home, "agent001")
        await publish(home, "agent002")
        own, anothers = await heard(client), await heard(client)
    assert (own["call"]["caller_id"], anothers["call"]["caller_id"]) == (CALLER, None)


async def test_a_token_is_no_longer_good_when_its_time_is_over(home: House, api: Api) -> None:
    await home.person("jane", "supervisor")
    asked = {"username": "jane", "password": PASSWORD}
    token = (await (await api.post("/api/v1/auth/token", json=asked)).json())["access_token"]
    async with connect(url(api)) as client:
        await welcome(client, token=token)
        await home.clock.advance(25 * 3600)
        assert await close_code(client) == 4401


async def test_without_an_upgrade_the_answer_is_the_apis_own_error(api: Api) -> None:
    answer = await api.get("/ws")
    assert answer.status == 400
    assert (await answer.json())["code"] == "validation_error"
