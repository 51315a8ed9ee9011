"""Talking WebSocket, from the consumer's side."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.fake_clock import PATIENCE_S


async def say(client: ClientConnection, **message: Any) -> None:
    await client.send(orjson.dumps(message).decode())


async def heard(client: ClientConnection) -> dict[str, Any]:
    """The next message."""
    async with asyncio.timeout(PATIENCE_S):
        message = orjson.loads(await client.recv(decode=True))
    assert isinstance(message, dict)
    return message


async def heard_until(client: ClientConnection, type_: str) -> list[dict[str, Any]]:
    """All messages before the first of this type."""
    found: list[dict[str, Any]] = []
    while (message := await heard(client))["type"] != type_:
        found.append(message)
    return found


async def close_code(client: ClientConnection) -> int:
    """Reads on until the server closes."""
    async with asyncio.timeout(PATIENCE_S):
        with suppress(ConnectionClosed):
            async for _ in client:
                pass
    assert client.close_code is not None
    return client.close_code
