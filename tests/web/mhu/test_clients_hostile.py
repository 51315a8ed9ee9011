"""Strange texts and numbers, sent to every path of clients: answered, and never with a 500."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from tests.client_desk import CLIENTS, Desk, client_desk

QUERIES = (
    "%00",
    "%ED%A0%80",
    "%FF%FE",
    "a%00b",
    "%F4%8F%BF%BF",
    "%F0%9F%98%80",
    "'%20OR%201=1--",
    "%25",
    "a%0Ab",
    "%2B" * 60,
    "1" * 200,
    "%D9%A0%D9%A7%D9%A2%D9%A2",
    "a " * 100,
    "@" * 100,
)
LATE = "WyI5OTk5LTEyLTMxVDIzOjU5OjU5KzAwOjAwIiwieCJd"  # of the year 9999
CURSORS = ("x", "AAAA", "W10", "WzEsMl0", "%00", "=", LATE)
TEXTS = (
    "\u0000",
    "\u202e",
    "\ue000",
    "\U0010ffff",
    "a\u0301" * 40,
    "\u2028",
    "\ufdfa",
    "\uff10\uff17",
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with client_desk(tmp_path) as opened:
        yield opened


async def status(desk: Desk, path: str) -> int:
    url = URL(CLIENTS + path, encoded=True)
    async with desk.http.get(url, headers=desk.headers) as answer:
        await answer.read()
        return answer.status


async def test_any_query_is_answered(desk: Desk) -> None:
    await desk.keep(name="Somebody")
    for text in QUERIES:
        assert await status(desk, f"/search?query={text}") in {200, 400}, text
        assert await status(desk, f"/lookup?phone={text[:60]}") in {200, 400}, text
        assert await status(desk, f"/lookup?call_id={text[:60]}") in {400, 404}, text
        assert await status(desk, f"/{text}") in {200, 400, 404}, text


async def test_a_cursor_that_is_none_is_refused(desk: Desk) -> None:
    client = await desk.keep(name="Somebody")
    for cursor in CURSORS:
        assert await status(desk, f"/search?query=some&cursor={cursor}") in {200, 400}, cursor
        assert await status(desk, f"/{client['id']}/sessions?cursor={cursor}") in {200, 400}
    assert await status(desk, "/search?query=some&cursor=x") == 400
    assert await status(desk, "/search?query=some&limit=101") == 400
    assert await status(desk, "/search?query=some&limit=0") == 400
    assert await status(desk, "/search") == 400
    assert await status(desk, "/search?query=") == 400


@pytest.mark.parametrize("text", TEXTS)
async def test_any_text_is_kept_as_it_is_or_refused(desk: Desk, text: str) -> None:
    body: dict[str, Any] = {"name": f"A {text}", "notes": text, "tags": [text], "location": text}
    made, client = await desk.ask("POST", "", body)
    assert made in {201, 400}
    if made == 201:
        _, read = await desk.ask("GET", f"/{client['id']}")
        assert {name: read[name] for name in body} == body
    for field in ("phone", "email", "language", "date_of_birth", "gender"):
        assert (await desk.ask("POST", "", {"name": "A", field: text}))[0] in {201, 400}


@pytest.mark.parametrize("body", [[], "text", 5, {"name": []}, {"name": {"a": 1}}, {"phones": 5}])
async def test_other_shapes_are_refused(desk: Desk, body: Any) -> None:
    client = await desk.keep(name="Somebody")
    for method, path in (("POST", ""), ("PUT", f"/{client['id']}")):
        assert (await desk.ask(method, path, body))[0] == 400
    assert (await desk.ask("POST", f"/{client['id']}/sessions", body))[0] == 400
    assert (await desk.ask("POST", f"/{client['id']}/merge", body))[0] == 400
