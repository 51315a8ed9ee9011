"""`POST /api/v1/bulk`: many requests in one, each as if it had come alone."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from mhud.services.trail import Sought
from mhud.web import bulk
from tests.houses import PASSWORD, House
from tests.logins import signed_in

Api = TestClient[Any, Any]
BULK = "/api/v1/bulk"


def get(path: str) -> dict[str, Any]:
    return {"method": "GET", "path": path}


def post(path: str, **body: Any) -> dict[str, Any]:
    return {"method": "POST", "path": path, "body": body}


async def done(
    api: Api, headers: dict[str, str], *operations: dict[str, Any]
) -> list[dict[str, Any]]:
    answer = await api.post(BULK, json={"operations": list(operations)}, headers=headers)
    shape = await answer.json()
    assert answer.status == 200, shape
    failed = sum(result["status"] >= 400 for result in shape["results"])
    assert (shape["succeeded"], shape["failed"]) == (len(operations) - failed, failed)
    return list(shape["results"])


async def test_each_operation_has_the_answer_that_it_would_have_alone(
    api: Api, home: House
) -> None:
    headers = await home.headers()
    wambui, otieno, *rest = await done(
        api,
        headers,
        post("/api/v1/clients", name="Wambui"),
        post("/clients", name="Otieno"),
        get("/api/v1/clients/search?query=wamb"),
        get("/api/v1/calls/call404"),
        post("/api/v1/clients", nome="Wambui"),
        post("/helpline/api/cases", title="A matter", category="unheard of"),
        get("/nowhere"),
        {"method": "DELETE", "path": "/api/v1/calls/active"},
    )

    assert (wambui["status"], otieno["status"]) == (201, 201)
    assert [result["status"] for result in rest] == [200, 404, 400, 400, 404, 405]
    found, unknown, misspelt, openchs, *_ = (result["body"] for result in rest)
    assert found["clients"][0]["id"] == wambui["body"]["id"]
    assert unknown["code"] == "resource_not_found"
    assert {wrong["field"] for wrong in misspelt["details"]} == {"name", "nome"}
    assert openchs["error"]["code"] == "VALIDATION_ERROR"
    alone = await api.get(f"/api/v1/clients/{wambui['body']['id']}", headers=headers)
    assert await alone.json() == wambui["body"]


async def test_each_has_its_own_right_and_its_own_line_in_the_trail(api: Api, home: House) -> None:
    headers = await home.headers("view_clients", "view_calls")
    results = await done(
        api, headers, get("/calls"), get("/queues"), get("/clients/lookup?phone=0711000111")
    )
    nobody = await api.post(BULK, json={"operations": [get("/calls")]})

    assert [result["status"] for result in results] == [200, 403, 200]
    assert results[1]["body"]["details"] == {"right": "view_queues"}
    assert nobody.status == 401
    looked = await home.services.trail.page(Sought(action="client.lookup"), 10, None)
    assert len(looked.deeds) == 1


async def test_each_counts_against_the_rate_like_a_request_of_its_own(
    api: Api, home: House
) -> None:
    headers = await home.headers(tier="standard")
    answer = await api.post(BULK, json={"operations": [get("/queues")] * 50}, headers=headers)
    first = await answer.json()
    then = await done(api, headers, *[get("/queues")] * 10)

    assert first["succeeded"] == 50
    assert answer.headers["X-RateLimit-Remaining"] == str(60 - 51)
    assert [result["status"] for result in then] == [200] * 8 + [429] * 2
    assert then[-1]["body"]["code"] == "rate_limit_exceeded"


@pytest.mark.parametrize(
    "operation",
    [
        post("/bulk", operations=[get("/queues")]),
        post("/auth/token", username="jane", password=PASSWORD),
        post("/keys", name="x", rights=["all"]),
        post("/helpline/api/verifyOTP", otp="1"),
        post("/helpline/api/changeAuth", new_password=PASSWORD),
        post("/helpline/api/cases/1/attachments"),
        get("/helpline/api/cases/1/attachments/1"),
    ],
    ids=lambda operation: str(operation["path"]),
)
async def test_sign_in_secrets_files_and_bulks_are_no_part_of_it(
    api: Api, home: House, operation: dict[str, Any]
) -> None:
    await home.person()
    (result,) = await done(api, await home.headers(), operation)
    assert result["status"] == 400
    assert result["body"]["details"][0]["reason"] == "can't be part of a bulk; ask for it alone"


async def test_paths_beside_the_dialects_are_not_reached(api: Api, home: House) -> None:
    paths = ["/ws", "/metrics", "/../../metrics", "//elsewhere.example/api/v1/queues", "/%2e%2e/ws"]
    results = await done(api, await home.headers(), *map(get, paths))
    assert [result["status"] for result in results] == [404] * len(paths)


async def test_with_a_key_a_bulk_is_done_once(api: Api, home: House) -> None:
    headers = {**await home.headers(), "Idempotency-Key": "monday"}
    operations = {"operations": [post("/clients", name="Wambui"), post("/clients", name="Otieno")]}
    first = await api.post(BULK, json=operations, headers=headers)
    again = await api.post(BULK, json=operations, headers=headers)

    assert await again.read() == await first.read()
    assert again.headers["Idempotent-Replayed"] == "true"
    (found,) = await done(
        api, {"X-API-Key": headers["X-API-Key"]}, get("/clients/search?query=otieno")
    )
    assert found["body"]["total"] == 1


async def test_a_condition_of_the_bulk_is_none_of_its_parts(api: Api, home: House) -> None:
    headers = {**await home.headers(), "If-None-Match": "*", "If-Match": '"7"'}
    (made,) = await done(api, headers, post("/clients", name="Wambui"))
    path = f"/clients/{made['body']['id']}"
    changed = {"method": "PUT", "path": path, "body": {"notes": None, "name": "W"}}
    results = await done(api, headers, changed, get("/helpline/api/cases"))
    assert [result["status"] for result in results] == [200, 200]


async def test_a_login_session_is_good_for_its_parts_but_not_from_a_foreign_page(
    api: Api, home: House
) -> None:
    cookie = await signed_in(home)
    (me,) = await done(api, cookie, get("/helpline/api/users/me"))
    foreign = await api.post(
        BULK,
        json={"operations": [get("/helpline/api/users/me")]},
        headers={**cookie, "Origin": "https://elsewhere.example"},
    )

    assert me["body"]["data"]["username"] == "jane"
    assert foreign.status == 403


async def test_what_would_make_the_answer_too_large_is_not_done(
    api: Api, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_BYTES", 300)
    made = [post("/clients", name=f"Wambui {n}") for n in range(3)]
    first, second, third = await done(api, await home.headers(), *made)

    assert (first["status"], second["status"], third["status"]) == (201, 413, 413)
    assert second["body"]["code"] == "payload_too_large"


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [get("/queues")] * 51,
        [{"method": "TRACE", "path": "/queues"}],
        [{"method": "GET", "path": "queues"}],
        [{"method": "GET", "path": "/queues\r\nX-API-Key: x"}],
        [{"method": "GET", "path": "/queues", "headers": {}}],
        [{"method": "POST", "path": "/clients", "body": "name"}],
        ["GET /queues"],
        None,
    ],
)
async def test_a_bulk_that_is_none_is_refused_as_a_whole(
    api: Api, home: House, operations: Any
) -> None:
    answer = await api.post(
        BULK, data=orjson.dumps({"operations": operations}), headers=await home.headers()
    )
    assert (answer.status, (await answer.json())["code"]) == (400, "validation_error")


HOSTILE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)
START_OF_PATHS = st.sampled_from(["/", "/api/v1/", "/helpline/api/", "//", "/api/v1/calls/", "/%"])
PATHS = st.builds("{}{}".format, START_OF_PATHS, HOSTILE)


async def test_no_path_is_a_bug(api: Api, home: House) -> None:
    """Each is answered by a result of its own, and none by 500."""
    headers = await home.headers()

    @settings(max_examples=40, deadline=None, database=None)
    @given(paths=st.lists(PATHS, min_size=1, max_size=50))
    def collect(paths: list[str]) -> None:
        tried.append(paths)

    tried: list[list[str]] = []
    collect()
    for paths in tried:
        for result in await done(api, headers, *map(get, paths)):
            assert result["status"] < 500
