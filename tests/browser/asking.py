"""What a test asks the API of its house, with a key that may everything."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.browser.house import House

WAIT = aiohttp.ClientTimeout(total=15)


async def ask(
    house: House, method: str, path: str, body: Any = None, *, form: aiohttp.FormData | None = None
) -> tuple[int, Any]:
    """Status and JSON. `path` with its dialect."""
    headers = {"X-API-Key": house.credentials.api_key}
    async with (
        aiohttp.ClientSession(headers=headers, timeout=WAIT) as session,
        session.request(method, house.base + path, json=body, data=form) as answer,
    ):
        return answer.status, await answer.json()


async def done(
    house: House, method: str, path: str, body: Any = None, *, form: aiohttp.FormData | None = None
) -> Any:
    """What is answered to what must succeed."""
    status, answer = await ask(house, method, path, body, form=form)
    assert status in (200, 201, 202), (path, answer)
    return answer


async def asked_with(house: House, key: str, path: str) -> int:
    """The status that somebody with this key gets."""
    headers = {"X-API-Key": key}
    async with (
        aiohttp.ClientSession(headers=headers, timeout=WAIT) as session,
        session.get(house.base + path) as answer,
    ):
        return answer.status
