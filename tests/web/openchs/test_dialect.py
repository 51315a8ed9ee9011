"""What every answer under `/helpline/api` has in common."""

from __future__ import annotations

import io
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from pydantic import Field
from pytest_aiohttp.plugin import AiohttpClient

from mhud.errors import Code, MhudError
from mhud.web.app import build_app
from mhud.web.context import Context
from mhud.web.openchs import dialect
from mhud.web.openchs.answers import Done, Many, One, page, whole
from mhud.web.openchs.dialect import openchs
from mhud.web.route import Wire
from tests.houses import House

Api = TestClient[Any, Any]
HERE = "/helpline/api/tests"


class Asked(Wire):
    limit: int = Field(20, ge=1, le=100)


class Wish(Wire):
    title: str = Field(min_length=1, max_length=20)
    note: str | None = None


@pytest.fixture
async def api(home: House, aiohttp_client: AiohttpClient, monkeypatch: pytest.MonkeyPatch) -> Api:
    """With a few routes that do nothing but answer."""
    monkeypatch.setattr(openchs, "routes", [])

    @openchs.get("/tests", right="view_calls")
    async def numbers(ctx: Context, query: Asked) -> Many[int]:
        return page(range(query.limit), 45, query.limit, 0)

    @openchs.post("/tests", right="view_calls", status=201)
    async def make(ctx: Context, body: Wish) -> One[str]:
        return One(data=body.title)

    @openchs.update("/tests/{number}", right="view_calls")
    async def change(ctx: Context, number: int, body: Wish) -> One[list[str]]:
        return One(data=sorted(body.model_fields_set))

    @openchs.delete("/tests/{number}", right="delete_case")
    async def fail(ctx: Context, number: int) -> Done:
        if number == 1:
            raise RuntimeError("a secret detail")
        raise MhudError(Code(sorted(Code)[number - 2]), "words")

    built: Api = await aiohttp_client(build_app(home.services))
    return built


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/helpline/api", None, 404, "NOT_FOUND"),
        ("GET", "/helpline/api/", None, 404, "NOT_FOUND"),
        ("GET", "/helpline/api/nothing", None, 404, "NOT_FOUND"),
        ("GET", "/helpline/api/tests/", None, 404, "NOT_FOUND"),
        ("PUT", HERE + "/²", b"{}", 404, "NOT_FOUND"),
        ("PATCH", HERE, b"{}", 405, "METHOD_NOT_ALLOWED"),
        ("GET", HERE + "?limit=0", None, 400, "VALIDATION_ERROR"),
        ("GET", HERE + "?limit=5&offset=x", None, 400, "VALIDATION_ERROR"),
        ("POST", HERE, b"{", 400, "VALIDATION_ERROR"),
        ("POST", HERE, b'{"title": "t", "colour": 1}', 400, "VALIDATION_ERROR"),
        ("POST", HERE, b"x" * 2_000_000, 413, "PAYLOAD_TOO_LARGE"),
        ("DELETE", HERE + "/1", None, 500, "INTERNAL_ERROR"),
    ],
)
async def test_every_error_is_nested_and_counted(
    api: Api, home: House, method: str, path: str, body: bytes | None, status: int, code: str
) -> None:
    data = None if body is None else io.BytesIO(body)
    answer = await api.request(method, path, data=data, headers=await home.headers())
    shape = await answer.json()

    assert (answer.status, shape["error"]["code"]) == (status, code)
    assert set(shape) == {"success", "error"}
    assert set(shape["error"]) == {"code", "message", "details"}
    assert shape["success"] is False
    assert isinstance(shape["error"]["message"], str)
    assert isinstance(shape["error"]["details"], dict)
    assert "secret" not in str(shape)
    assert answer.headers["X-RateLimit-Limit"] == "100000"
    assert answer.headers["X-RateLimit-Remaining"]
    assert answer.headers["X-RateLimit-Reset"]
    assert answer.headers["X-Request-Id"]
    assert "X-API-Version" not in answer.headers


async def test_without_credentials_and_without_the_right_it_is_nested_too(
    api: Api, home: House
) -> None:
    nobody = await api.get(HERE)
    unknown = await api.get(HERE, headers={"X-API-Key": "wrong"})
    poor = await api.get(HERE, headers=await home.headers("view_queues"))

    assert [one.status for one in (nobody, unknown, poor)] == [401, 401, 403]
    codes = [(await one.json())["error"]["code"] for one in (nobody, unknown, poor)]
    assert codes == ["UNAUTHORIZED", "UNAUTHORIZED", "FORBIDDEN"]


async def test_a_405_says_what_the_path_takes(api: Api) -> None:
    taken = (await api.patch(HERE)).headers["Allow"]
    updated = (await api.get(HERE + "/5")).headers["Allow"]

    assert taken == "GET, HEAD, OPTIONS, POST"
    assert updated == "DELETE, OPTIONS, POST, PUT"


async def test_too_many_requests_are_told_so_here_too(api: Api, home: House) -> None:
    headers = await home.headers(tier="enterprise:1")
    first, second = [await api.get(HERE, headers=headers) for _ in range(2)]

    assert (first.status, second.status) == (200, 429)
    assert (await second.json())["error"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert second.headers["Retry-After"]
    assert second.headers["X-RateLimit-Remaining"] == "0"


async def test_a_validation_error_lists_fields_and_never_the_input(api: Api, home: House) -> None:
    body = {"title": "hunter2" * 9, "colour": "hunter2"}
    answer = await api.post(HERE, json=body, headers=await home.headers())
    problem = (await answer.json())["error"]

    assert {item["field"] for item in problem["details"]["fields"]} == {"title", "colour"}
    assert "hunter2" not in await answer.text()


async def test_problem_json_is_given_to_who_asks_for_it(api: Api) -> None:
    answer = await api.get("/helpline/api/nothing", headers={"Accept": "application/problem+json"})
    shape = await answer.json(content_type="application/problem+json")

    assert (shape["status"], shape["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("number", range(len(Code)))
async def test_each_planned_failure_has_its_name_in_capitals(
    api: Api, home: House, number: int
) -> None:
    answer = await api.delete(f"{HERE}/{number + 2}", headers=await home.headers())
    shape = await answer.json()

    assert 400 <= answer.status < 600
    assert shape["error"]["code"] == dialect.CODES[Code(sorted(Code)[number])]
    assert shape["error"]["code"].isupper()


async def test_put_and_post_update_alike_and_null_clears(api: Api, home: House) -> None:
    headers = await home.headers()
    answers = [
        await api.request(method, HERE + "/5", json={"title": "t", "note": None}, headers=headers)
        for method in ("PUT", "POST")
    ]

    assert [one.status for one in answers] == [200, 200]
    assert [(await one.json())["data"] for one in answers] == [["note", "title"]] * 2


async def test_a_creation_is_201_and_takes_any_content_type(api: Api, home: House) -> None:
    headers = await home.headers()
    for kind in ("application/x-www-form-urlencoded", "text/plain", "nonsense"):
        answer = await api.post(
            HERE,
            data=b'{"title": "t", "note": null}',
            headers={**headers, "Content-Type": kind},
        )
        assert answer.status == 201
        assert await answer.json() == {"success": True, "data": "t"}


async def test_a_page_says_whether_there_is_more(api: Api, home: House) -> None:
    answer = await api.get(HERE + "?limit=10", headers=await home.headers())

    assert (await answer.json())["pagination"] == {
        "total": 45,
        "limit": 10,
        "offset": 0,
        "has_more": True,
    }
    assert whole([1, 2]).pagination.model_dump() == {
        "total": 2,
        "limit": 1000,
        "offset": 0,
        "has_more": False,
    }
