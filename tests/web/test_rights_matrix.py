"""Every route, every role, his own, another's and nobody's, with each kind of credential."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import pytest_asyncio

from mhud.services.trail import Sought
from mhud.web.app import apis
from tests.matrix_house import MatrixHouse, matrix_house
from tests.matrix_requests import Asking
from tests.matrix_things import Thing, Things
from tests.rights_matrix import (
    ASKERS,
    BESIDE,
    OF,
    OPEN,
    OPEN_BESIDE,
    Row,
    by_key,
    by_token,
    rows,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROWS = rows()
CREDENTIALS = ("cookie", "token", "key")
FOREIGN = ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"})
STATUSES = {400: "b", 401: "u", 403: "x", 404: "o", 409: "c"}
NOT_HIS = {("view_key", "cookie"), ("view_key", "token")}  # it is a key
ENDS_LOGINS = ("/logout", "/changeAuth", "/auth/revoke")
HIDDEN = {"call": "caller_id", "callback": "phone"}


def title(row: Row) -> str:
    return row.name


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def things(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Things]:
    async with matrix_house(tmp_path_factory.mktemp("matrix")) as house:
        yield Things(house)


@pytest.fixture(autouse=True)
async def a_minute_later(things: Things) -> None:
    """Nobody is to be slowed down by what was asked before."""
    await things.house.centre.clock.advance(61)


async def test_every_route_has_its_row_and_every_row_its_route() -> None:
    routes = {f"{one.method} {api.prefix}{one.path}" for api in apis() for one in api.routes}
    assert {row.route for row in ROWS} == routes
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert {*by_key(), *by_token()} < {row.name for row in ROWS}


async def test_a_row_that_is_not_whole_is_no_row() -> None:
    for cell in ("+", "+++", "+?"):
        with pytest.raises(ValueError, match="one outcome for each"):
            rows(f"GET /api/v1/agents agent ++ ++ ++ ++ {cell}")


async def test_what_is_open_to_all_is_what_signs_people_in() -> None:
    routes = {
        f"{one.method} {api.prefix}{one.path}"
        for api in apis()
        for one in api.routes
        if one.right is None
    }
    assert routes == OPEN


@pytest.mark.parametrize("row", ROWS, ids=title)
async def test_who_gets_what(things: Things, row: Row) -> None:
    """With each credential that he may have."""
    differs = {
        "cookie": row.expected(),
        "token": by_token().get(row.name, row).expected(),
        "key": by_key().get(row.name, row).expected(),
    }
    asked = [
        (who, whose, how)
        for who in ASKERS
        for whose in OF[row.of]
        for how in CREDENTIALS
        if (who, how) not in NOT_HIS
    ]
    expected = {(who, whose, how): differs[how][who, whose] for who, whose, how in asked}
    stock: dict[tuple[str, str], Thing] = {}
    found = {}
    for who, whose, how in asked:
        used_up = row.changes and expected[who, whose, how] == "+"
        if used_up or (who, whose) not in stock:
            stock[who, whose] = await things.make(row.of, who, whose)
        asking = Asking(things, row, who, stock[who, whose])
        found[who, whose, how] = await outcome(asking, await things.house.headers(who, how))
    assert found == expected


@pytest.mark.parametrize("row", ROWS, ids=title)
async def test_nobody_gets_nothing(things: Things, row: Row) -> None:
    asking = Asking(things, row, "admin", await things.make(row.of, "admin", OF[row.of][0]))
    open_to_all = row.cells["admin"] if row.route in OPEN else "u"
    assert await outcome(asking, {}) == open_to_all
    for wrong in ({"X-API-Key": "mhuk_wrong"}, {"Authorization": "Bearer wrong"}):
        assert await outcome(asking, wrong) == open_to_all


@pytest.mark.parametrize("row", ROWS, ids=title)
async def test_a_foreign_page_may_only_read_with_the_cookie(things: Things, row: Row) -> None:
    """What it reads the browser keeps from it."""
    asking = Asking(things, row, "admin", await things.make(row.of, "admin", OF[row.of][0]))
    cookie = await things.house.headers("admin", "cookie")
    for foreign in FOREIGN:
        expected = "x" if row.changes else row.cells["admin"][0]
        assert await outcome(asking, {**cookie, **foreign}) == expected


@pytest.mark.parametrize("row", rows(BESIDE), ids=title)
async def test_who_gets_what_from_another_machine_beside_the_dialects(
    things: Things, row: Row
) -> None:
    far = {"X-Forwarded-For": "203.0.113.1"}
    thing = await things.make("-", "admin", "")
    asked = [(who, how) for who in ASKERS for how in CREDENTIALS if (who, how) not in NOT_HIS]
    found = {
        (who, how): await outcome(
            Asking(things, row, who, thing), {**far, **await things.house.headers(who, how)}
        )
        for who, how in asked
    }
    assert found == {(who, how): row.cells[who] for who, how in asked}
    nobody = row.cells["admin"] if row.path in OPEN_BESIDE else "u"
    assert await outcome(Asking(things, row, "admin", thing), far) == nobody


async def test_every_path_beside_the_dialects_has_its_row(things: Things) -> None:
    """But `/ws` and `/phone`, which have tests of their own."""
    app = things.house.centre.http.app
    assert app is not None
    paths = {one.resource.canonical for one in app.router.routes() if one.resource is not None}
    routes = {f"{api.prefix}{one.path}" for api in apis() for one in api.routes}
    prefixes = tuple(api.prefix for api in apis() if api.prefix)
    beside = {path for path in paths - routes if not path.startswith(prefixes)}
    assert beside == {row.path for row in rows(BESIDE)} | {"/ws", "/phone"}


# ---- what is seen


async def outcome(asking: Asking, headers: dict[str, str]) -> str:
    """One of OUTCOMES. What is refused leaves no line in the trail."""
    row, house = asking.row, asking.house
    url, body = await asking.url(), await asking.body()
    before = await last_deed(house) if row.changes else 0
    if row.route in OPEN:
        await house.centre.clock.advance(31)
    async with house.centre.http.request(row.method, url, headers=headers, **body) as answer:
        status, raw = answer.status, await answer.read()
        shape: Any = orjson.loads(raw) if answer.content_type == "application/json" else None
    house.centre.http.session.cookie_jar.clear()  # what signs in sets one, which nobody else has
    if row.path.endswith(ENDS_LOGINS):
        house.forget(asking.who)
    if not row.changes and "X-API-Key" in headers:
        async with house.centre.http.head(url, headers=headers) as headed:
            assert headed.status == status
    if status in STATUSES:
        assert not row.changes or await last_deed(house) == before
        return STATUSES[status]
    if status == 503:
        return "+" if row.changes and shape.get("code") == "pbx_unavailable" else "s"
    assert status in (200, 201, 202), shape
    return shown(asking, shape)


def shown(asking: Asking, shape: Any) -> str:
    """In a list it is sought; a figure counts it."""
    row = asking.row
    if row.changes or row.of == "-" or shape is None or row.way == "of a call":
        return "+"
    if row.path.endswith("/statistics/cases"):
        return "+" if shape["data"]["total_cases"] == 1 else "-"
    if f"{{{asking.thing.kind}}}" not in row.path:
        items = next(one for one in shape.values() if isinstance(one, list))
        ident, names = asking.thing.ident, ("id", "session_id", "report_id", "call_id")
        shape = next((one for one in items if ident in map(one.get, names)), None)
    if shape is None:
        return "-"
    hidden = HIDDEN.get(row.of)
    return "~" if hidden and hidden in shape and shape[hidden] is None else "+"


async def last_deed(house: MatrixHouse) -> int | None:
    page = await house.centre.services.trail.page(Sought(), 1, None)
    return page.deeds[0].id if page.deeds else None
