"""What the MHU document prints works as printed, read from the document itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from mhud.web.app import build_app
from tests import printed
from tests.call_centre import CallCentre
from tests.fake_clock import settle
from tests.helpline import busy, helpline, send, somebody_is_helped
from tests.houses import PASSWORD, house

# The document prints no status of a success: these are decided.
SERVED = {
    "Authentication": {
        "GET /api/v1/resource": 200,
        "POST /api/v1/auth/token": 200,
    },
    "Call Management": {
        "GET /api/v1/calls/active": 200,
        "POST /api/v1/calls/outbound": 202,
        "POST /api/v1/calls/{call_id}/end": 200,
    },
    "Agent Management": {
        "GET /api/v1/agents/status": 200,
        "PUT /api/v1/agents/{agent_id}/status": 200,
    },
    "Queue Management": {
        "GET /api/v1/queues/stats": 200,
        "PUT /api/v1/queues/{queue_id}": 200,
    },
    "Client Data": {
        "GET /api/v1/clients/search?query=john+doe": 200,
        "POST /api/v1/clients/{client_id}/sessions": 201,
    },
    "Reporting": {
        "POST /api/v1/reports/calls": 202,
        "GET /api/v1/reports/{report_id}/status": 200,
    },
}
NOT_YET_SERVED = {"Webhooks"}
OBJECTS = {"Data Models", "Error Handling"}

# Printed fields whose value does not exist in these tests: null or empty, but there.
ABSENT = {
    "recording_url": "this call has no recording",
    "skills": "nothing sets them yet",
}
# Of these not only the type is as printed: the requests decide them.
SAID = {"success", "agent_id", "client_id", "destination", "queue_id", "updated_fields"} | {
    "previous_status",
    "current_status",
}
CODES = {
    "invalid_credentials": 401,
    "insufficient_permissions": 403,
    "resource_not_found": 404,
    "validation_error": 400,
    "rate_limit_exceeded": 429,
    "server_error": 500,
}
REQUESTS = [one for one in printed.requests() if one.section in SERVED]


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[CallCentre]:
    async with helpline(tmp_path) as opened:
        await busy(opened)
        await somebody_is_helped(opened)
        yield opened


def missing(printed_json: Any, found: Any) -> list[str]:
    return printed.differences(printed_json, found, frozenset(ABSENT))


# ---- is everything here?


def test_every_printed_request_is_served_or_listed_as_not_yet_served() -> None:
    found: dict[str, set[str]] = {}
    for request in printed.requests():
        if request.section not in NOT_YET_SERVED:
            found.setdefault(request.section, set()).add(str(request))
    assert found == {section: set(decided) for section, decided in SERVED.items()}


def test_every_printed_json_is_an_answer_an_object_or_not_yet_served() -> None:
    answers = [one.answer for one in printed.requests() if one.answer]
    others = [one for one in printed.blocks() if one.language == "json" and one.json not in answers]
    assert {one.section for one in others} == OBJECTS | {"Webhooks"}
    assert len(answers) == sum(one.section != "Authentication" for one in printed.requests())


async def test_what_is_not_yet_served_is_not_found(centre: CallCentre) -> None:
    """Fails when it is served: then its section belongs into SERVED."""
    for request in (one for one in printed.requests() if one.section in NOT_YET_SERVED):
        path = request.path.removeprefix("/api/v1")
        assert (await centre.ask(request.method, path, request.body))[0] == 404


# ---- requests


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
async def test_a_printed_request_gets_the_printed_answer(
    centre: CallCentre, request_: printed.Request
) -> None:
    status, answer, headers = await send(centre, request_)
    assert status == SERVED[request_.section][str(request_)], answer
    assert headers["Content-Type"].startswith("application/json")
    assert missing(request_.answer, answer) == []
    repeated = SAID & (request_.answer or {}).keys()
    assert {name: answer[name] for name in repeated} == {
        name: request_.answer[name] for name in repeated
    }


async def test_an_originate_begins_as_printed_and_its_call_can_be_ended(centre: CallCentre) -> None:
    start, end = (one for one in REQUESTS if one.method == "POST" and "/calls/" in one.path)
    status, ended, _ = await send(centre, end)  # sends `start` first, for the call to end
    assert (status, ended["success"]) == (200, True)
    call = await centre.get(f"/calls/{ended['call_id']}")
    assert (call["status"], call["end_time"]) == ("ended", ended["end_time"])
    assert call["variables"] == start.body["variables"]
    _, started, _ = await send(centre, start)
    assert started["status"] == start.answer["status"]


async def test_the_printed_search_finds_the_printed_client(centre: CallCentre) -> None:
    search = next(one for one in REQUESTS if "/clients/search" in one.path)
    _, found, _ = await send(centre, search)
    assert found["clients"] == search.answer["clients"]


async def test_the_printed_report_is_made_and_downloaded(centre: CallCentre) -> None:
    ask, status = (one for one in REQUESTS if one.section == "Reporting")
    _, asked, _ = await send(centre, ask)
    path = f"/reports/{asked['report_id']}/status"
    making = asyncio.create_task(centre.services.reports.maker.run())
    async with asyncio.timeout(25):
        while (found := await centre.get(path))["status"] == "generating":
            await settle()
    making.cancel()
    await asyncio.gather(making, return_exceptions=True)
    assert missing(status.answer, found) == []
    assert found["status"] == status.answer["status"]
    assert URL(found["download_url"]).name == f"{asked['report_id']}.json"
    async with centre.http.get(URL(found["download_url"]).path_qs, headers=centre.key) as answer:
        report = await answer.json()
    assert [one["name"] for one in report["metrics"]] == ask.body["metrics"]
    days = [f"2023-03-0{day}" for day in range(1, 8)]
    assert [row["group"] for row in report["rows"]] == days


# ---- objects


@pytest.mark.parametrize(
    ("heading", "path"),
    [
        ("Call Object", "/calls/{call_id}"),
        ("Agent Object", "/agents/agent001"),
        ("Queue Object", "/queues/support"),
    ],
)
async def test_an_object_has_every_printed_field(
    centre: CallCentre, heading: str, path: str
) -> None:
    talked_on = next(iter(centre.live.calls))
    found = await centre.get(path.replace("{call_id}", talked_on))
    assert missing(printed.example("Data Models", heading), found) == []


# ---- tokens


async def test_a_token_is_good_for_the_printed_time_can_be_renewed_and_revoked(
    centre: CallCentre,
) -> None:
    assert "valid for 24 hours by default" in printed.text()
    signed_in = {"username": "jsmith", "password": PASSWORD}
    _, first = await centre.ask("POST", "/auth/token", signed_in)
    assert first["expires_in"] == 24 * 3600
    refreshing = {"refresh_token": first["refresh_token"]}
    status, second = await centre.ask("POST", "/auth/refresh", refreshing)
    assert (status, second["token_type"]) == (200, "Bearer")
    bearer = {"Authorization": f"Bearer {second['access_token']}"}
    async with centre.http.get("/api/v1/calls/active", headers=bearer) as answer:
        assert answer.status == 200
    revoking = {"refresh_token": second["refresh_token"]}
    assert (await centre.ask("POST", "/auth/revoke", revoking))[0] == 200
    async with centre.http.get("/api/v1/calls/active", headers=bearer) as answer:
        assert answer.status == 401


# ---- errors


def test_every_printed_code_is_tried() -> None:
    assert printed.listed("Common Error Codes") == tuple(CODES)


async def test_the_printed_error_is_the_answer_to_a_wrong_key(centre: CallCentre) -> None:
    shown = printed.example("Error Responses")
    status, error = await centre.ask("GET", "/calls/active", **{"X-API-Key": "your_api_key_here"})
    assert status == shown["status"]
    assert missing(shown, error) == []
    assert {**error, "request_id": shown["request_id"]} == shown


@pytest.mark.parametrize(
    ("code", "method", "path", "rights"),
    [
        ("insufficient_permissions", "GET", "/calls/active", ["view_queues"]),
        ("resource_not_found", "GET", "/calls/nosuchcall", ["view_calls"]),
        ("resource_not_found", "GET", "/nosuchthing", ["view_calls"]),
        ("validation_error", "POST", "/calls/outbound", ["make_calls"]),
    ],
)
async def test_an_error_has_its_printed_code_and_shape(
    centre: CallCentre, code: str, method: str, path: str, rights: list[str]
) -> None:
    headers = await centre.house.headers(*rights)
    body = {"destination": "+1234567890"} if method == "POST" else None
    status, error = await centre.ask(method, path, body, **headers)
    assert (status, error["code"], error["status"]) == (CODES[code], code, status)
    assert missing(printed.example("Error Responses"), error) == []


async def test_a_failure_of_the_daemons_own_is_a_server_error(tmp_path: Path) -> None:
    async with house(tmp_path) as built:
        broken = replace(built.services, agents=built.services.calls)  # type: ignore[arg-type]
        async with TestClient(TestServer(build_app(broken))) as http:
            answer = await http.get("/api/v1/agents", headers=await built.headers())
            error = await answer.json()
    assert (answer.status, error["code"]) == (500, "server_error")
    assert missing(printed.example("Error Responses"), error) == []


# ---- rates


def _printed_rate_headers() -> list[str]:
    lines = next(one.text for one in printed.blocks() if one.section == "Rate Limiting")
    return [line.partition(":")[0] for line in lines.splitlines()]


async def test_the_printed_rate_headers_are_numbers_on_every_answer(centre: CallCentre) -> None:
    names = _printed_rate_headers()
    assert len(names) == 3
    for path, key in (("/calls/active", {}), ("/nosuch", {}), ("/queues", {"X-API-Key": "wrong"})):
        async with centre.http.get("/api/v1" + path, headers={**centre.key, **key}) as answer:
            assert all(answer.headers[name].isdecimal() for name in names)


@pytest.mark.parametrize(("tier", "per_minute"), [("standard", 60), ("premium", 300)])
async def test_a_tier_has_its_printed_limit(centre: CallCentre, tier: str, per_minute: int) -> None:
    assert f"**{tier.title()} Tier**: {per_minute} requests per minute" in printed.text()
    limit, remaining, _ = _printed_rate_headers()
    headers = await centre.house.headers("view_queues", tier=tier)
    for left in range(per_minute - 1, -1, -1):
        async with centre.http.get("/api/v1/queues/stats", headers=headers) as answer:
            assert (answer.status, answer.headers[limit]) == (200, str(per_minute))
            assert answer.headers[remaining] == str(left)
    status, error = await centre.ask("GET", "/queues/stats", **headers)
    assert (status, error["code"]) == (CODES["rate_limit_exceeded"], "rate_limit_exceeded")
    assert missing(printed.example("Error Responses"), error) == []
