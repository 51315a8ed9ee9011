"""What every answer has in common, by real requests."""

from __future__ import annotations

import asyncio
import io
import re
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from pydantic import BaseModel
from pytest_aiohttp.plugin import AiohttpClient
from structlog.testing import capture_logs

from mhud.errors import Code, MhudError
from mhud.services import signin
from mhud.web.app import build_app
from mhud.web.context import Context
from mhud.web.dialect import STATUS
from mhud.web.mhu import dialect as mhu_dialect
from mhud.web.mhu.dialect import mhu
from tests.houses import PASSWORD, House, house

Api = TestClient[Any, Any]
KEYS = "/api/v1/keys"


async def test_an_answer_has_an_id_a_version_its_limits_and_security_headers(
    api: Api, home: House
) -> None:
    answer = await api.get(KEYS, headers=await home.headers(tier="standard"))

    assert answer.status == 200
    assert answer.headers["X-API-Version"] == "1.2.0"
    assert re.fullmatch(r"req-[0-9a-f]{16}", answer.headers["X-Request-Id"])
    assert answer.headers["X-RateLimit-Limit"] == "60"
    assert answer.headers["X-RateLimit-Remaining"] == "59"
    assert int(answer.headers["X-RateLimit-Reset"]) == int(home.clock.now().timestamp()) + 60
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-PBX-State"] == "stale"
    assert "aiohttp" not in answer.headers["Server"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/v1/nothing", None, 404, "resource_not_found"),
        ("GET", "/api/v1", None, 404, "resource_not_found"),
        ("PATCH", KEYS, b"{}", 405, "method_not_allowed"),
        ("POST", KEYS, b"{", 400, "validation_error"),
        ("POST", KEYS, b"x" * 2_000_000, 413, "payload_too_large"),
        ("DELETE", KEYS + "/key-unknown", None, 404, "resource_not_found"),
        ("DELETE", KEYS + "/" + "k" * 200, None, 404, "resource_not_found"),
        ("DELETE", KEYS + "/a%00b", None, 404, "resource_not_found"),
    ],
)
async def test_every_error_wears_the_documented_envelope(
    api: Api, home: House, method: str, path: str, body: bytes | None, status: int, code: str
) -> None:
    data = None if body is None else io.BytesIO(body)
    answer = await api.request(method, path, data=data, headers=await home.headers())
    shape = await answer.json()

    assert answer.status == status
    assert shape["error"] is True
    assert (shape["code"], shape["status"]) == (code, status)
    assert shape["request_id"] == answer.headers["X-Request-Id"]
    assert isinstance(shape["message"], str)
    assert answer.headers["X-RateLimit-Remaining"]
    assert answer.headers["Content-Type"].startswith("application/json")


async def test_a_405_says_what_the_path_takes(api: Api) -> None:
    answer = await api.put(KEYS)

    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


async def test_options_and_head_are_answered_sanely(api: Api, home: House) -> None:
    asked = await api.options(KEYS)
    head = await api.head(KEYS, headers=await home.headers())

    assert (asked.status, asked.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert "Access-Control-Allow-Origin" not in asked.headers
    assert (head.status, await head.read()) == (200, b"")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": "wrong"},
        {"X-API-Key": ""},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic amFuZTpzZWNyZXQ="},
        {"Authorization": "Bearer"},
    ],
)
async def test_without_good_credentials_the_answer_is_401(
    api: Api, headers: dict[str, str]
) -> None:
    answer = await api.get(KEYS, headers=headers)

    assert answer.status == 401
    assert (await answer.json())["code"] == "invalid_credentials"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_right_that_is_missing_is_403_and_named(api: Api, home: House) -> None:
    answer = await api.get(KEYS, headers=await home.headers("view_calls"))
    shape = await answer.json()

    assert (answer.status, shape["code"]) == (403, "insufficient_permissions")
    assert shape["details"] == {"right": "manage_keys"}


async def test_a_bearer_token_opens_the_same_doors(api: Api, home: House) -> None:
    await home.person("ada", "admin")
    grant = await signin.log_in(home.services.access, "ada", PASSWORD, "192.0.2.1")
    answer = await api.get(KEYS, headers={"authorization": f"bearer  {grant.access_token}"})

    assert answer.status == 200
    assert answer.headers["X-RateLimit-Limit"] == "600"


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-123", True), ("x" * 65, False), ("two words", False), ("ü", False)],
)
async def test_a_sane_request_id_is_kept(api: Api, given: str, kept: bool) -> None:
    answer = await api.get("/api/v1/nothing", headers={"X-Request-Id": given})

    assert (answer.headers["X-Request-Id"] == given) is kept
    assert (await answer.json())["request_id"] == answer.headers["X-Request-Id"]


async def test_problem_json_is_given_to_who_asks_for_it(api: Api) -> None:
    answer = await api.get("/api/v1/nothing", headers={"Accept": "application/problem+json"})
    shape = await answer.json(content_type="application/problem+json")

    assert (shape["title"], shape["status"], shape["code"]) == (
        "Not Found",
        404,
        "resource_not_found",
    )


async def test_the_body_is_json_whatever_its_type_says(api: Api, home: House) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain", "nonsense"):
        answer = await api.post(
            KEYS,
            data=b'{"name": "n", "rights": ["view_calls"], "description": null}',
            headers={**await home.headers(), "Content-Type": kind},
        )
        assert answer.status == 201


async def test_a_validation_error_lists_fields_and_never_the_input(api: Api, home: House) -> None:
    body = {"name": "n", "rights": "hunter2", "colour": "hunter2", "expires_at": "hunter2"}
    answer = await api.post(KEYS, json=body, headers=await home.headers())
    shape = await answer.json()

    assert answer.status == 400
    assert {item["field"] for item in shape["details"]} == {"rights", "colour", "expires_at"}
    assert "hunter2" not in await answer.text()


async def test_a_bug_is_a_500_that_tells_nothing_and_is_logged_with_its_id(
    api: Api, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret detail")

    headers = await home.headers()
    monkeypatch.setattr("mhud.services.keys.list_keys", broken)
    with capture_logs() as logs:
        answer = await api.get(KEYS, headers=headers)
    shape = await answer.json()

    assert (answer.status, shape["code"]) == (500, "server_error")
    assert "secret" not in str(shape)
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["request_failed"]


async def test_successful_requests_leave_no_line_in_the_log(api: Api, home: House) -> None:
    headers = await home.headers()
    with capture_logs() as logs:
        await api.get(KEYS, headers=headers)
        await api.get("/api/v1/calls/active?note=hunter2", headers=headers)

    assert logs == []


async def test_what_lies_outside_the_prefix_is_not_limited(api: Api) -> None:
    answer = await api.get("/")
    text = await answer.text()

    assert answer.status == 200
    assert "X-RateLimit-Limit" not in answer.headers
    assert text.count("<script") == text.count(' src="/portal/')
    assert "http" not in text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert (await (await api.get("/nothing")).json())["code"] == "resource_not_found"


async def test_other_origins_get_in_only_where_they_are_listed(
    tmp_path: Any, aiohttp_client: AiohttpClient
) -> None:
    http = {"cors_origins": ["https://crm.example.org"]}
    async with house(tmp_path, http=http) as home:
        api = await aiohttp_client(build_app(home.services))
        listed = await api.options(KEYS, headers={"Origin": "https://crm.example.org"})
        foreign = await api.options(KEYS, headers={"Origin": "https://evil.example.org"})
        plain = await api.get(KEYS, headers={"Origin": "https://crm.example.org"})

    assert listed.headers["Access-Control-Allow-Origin"] == "https://crm.example.org"
    assert "POST" in listed.headers["Access-Control-Allow-Methods"]
    assert "X-API-Key" in listed.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert foreign.headers["Vary"] == "Origin"
    assert "X-RateLimit-Limit" in plain.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in plain.headers


async def test_a_body_that_is_badly_encoded_is_a_validation_error(api: Api, home: House) -> None:
    headers = {**await home.headers(), "Content-Encoding": "gzip"}
    answer = await api.post(KEYS, data=b"this is not gzip", headers=headers)

    assert (answer.status, (await answer.json())["code"]) == (400, "validation_error")


async def test_numbers_in_paths_are_numbers(
    home: House, aiohttp_client: AiohttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mhu, "routes", [])

    @mhu.get("/tests/{number}", right=None)
    async def double(ctx: Context, number: int) -> Doubled | None:
        return Doubled(twice=2 * number) if number else None

    api = await aiohttp_client(build_app(home.services))
    found = [await api.get(f"/api/v1/tests/{text}") for text in ("21", "0", "x", "-1", "²")]

    assert [answer.status for answer in found] == [200, 204, 404, 404, 404]
    assert await found[0].json() == {"twice": 42}


class Doubled(BaseModel):
    twice: int


async def test_a_consumer_who_hangs_up_in_mid_body_harms_nobody(api: Api, home: House) -> None:
    key = await home.key()
    _, writer = await asyncio.open_connection("127.0.0.1", api.port)
    head = f"POST {KEYS} HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nContent-Length: 500\r\n\r\n"
    with capture_logs() as logs:
        writer.write(head.encode() + b'{"name":')
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        answer = await api.get(KEYS, headers={"X-API-Key": key})

    assert answer.status == 200
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


@pytest.mark.parametrize("code", list(Code))
def test_each_planned_failure_has_a_status_and_a_name(code: Code) -> None:
    error = MhudError(code, "words")

    assert 400 <= STATUS[error.code] < 600
    assert re.fullmatch("[a-z_]+", mhu_dialect.CODES[code])
