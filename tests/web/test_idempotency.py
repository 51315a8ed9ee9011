"""A retried POST does its work once, over a restart too."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from pydantic import BaseModel
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import select

from mhud.errors import Code, MhudError, conflict, pbx_unavailable
from mhud.services.access import POLL_S
from mhud.store import database as database_module
from mhud.store.schema import idempotency
from mhud.web.app import build_app
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.route import Wire
from tests.fake_clock import FakeClock, eventually
from tests.houses import House, house
from tests.sealed_store import inside

Api = TestClient[Any, Any]
PATH = "/api/v1/tests/work"


class Work(Wire):
    how: str = "well"


class Worked(BaseModel):
    times: int


class Worker:
    """A route that counts how often it really worked, and fails as it is told."""

    def __init__(self) -> None:
        self.times = 0
        self.open = asyncio.Event()
        self.open.set()

    async def work(self, how: str) -> int:
        self.times += 1
        await self.open.wait()
        failure = FAILURES.get(how)
        if failure is not None:
            raise failure
        return self.times


FAILURES: dict[str, Exception] = {
    "taken": conflict("the agent is on a call"),
    "down": pbx_unavailable(),
    "cut": MhudError(Code.PBX_UNAVAILABLE, "cut", call_id="call-1"),
    "late": MhudError(Code.PBX_TIMEOUT, "late", call_id="call-1"),
    "bug": RuntimeError("a bug"),
}


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Its route exists for the test only."""
    one, before = Worker(), list(mhu.routes)

    @mhu.post("/tests/work", right="make_calls", status=202, bucket="command")
    async def work(ctx: Context, body: Work) -> Worked:
        return Worked(times=await one.work(body.how))

    yield one
    mhu.routes[:] = before


@pytest.fixture
async def at_work(worker: Worker, home: House, aiohttp_client: AiohttpClient) -> Api:
    return await aiohttp_client(build_app(home.services), headers=await home.headers("make_calls"))


async def post(api: Api, key: str | None = "k1", how: str = "well") -> tuple[int, Any, Any]:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = await api.post(PATH, json={"how": how}, headers=headers)
    return answer.status, await answer.json(), answer.headers.get("Idempotent-Replayed")


async def test_the_same_key_and_body_get_the_first_answer(at_work: Api, worker: Worker) -> None:
    first = await post(at_work)
    again = await post(at_work)

    assert first == (202, {"times": 1}, None)
    assert again == (202, {"times": 1}, "true")
    assert worker.times == 1


async def test_without_a_key_each_request_works(at_work: Api, worker: Worker) -> None:
    await post(at_work, key=None)
    await post(at_work, key=None)

    assert worker.times == 2


async def test_another_body_under_the_same_key_is_a_mismatch(at_work: Api) -> None:
    await post(at_work)
    status, shape, _ = await post(at_work, how="otherwise")

    assert (status, shape["code"]) == (422, "idempotency_mismatch")


async def test_while_the_first_runs_the_second_is_told_so(at_work: Api, worker: Worker) -> None:
    worker.open.clear()
    first = asyncio.create_task(post(at_work))
    await eventually(lambda: worker.times)
    status, shape, _ = await post(at_work)
    worker.open.set()

    assert (status, shape["code"]) == (409, "conflict")
    assert (await first)[0] == 202
    assert worker.times == 1


@pytest.mark.parametrize("how", ["taken", "cut", "late", "bug"])
async def test_a_failure_of_known_or_unknown_fate_is_kept(
    at_work: Api, worker: Worker, how: str
) -> None:
    first, again = await post(at_work, how=how), await post(at_work, how=how)

    assert again[:2] == first[:2]
    assert again[2] == "true"
    assert worker.times == 1


async def test_where_nothing_was_done_the_key_may_try_again(at_work: Api, worker: Worker) -> None:
    first, again = await post(at_work, how="down"), await post(at_work, how="down")

    assert (first[0], again[0], again[2]) == (503, 503, None)
    assert worker.times == 2


async def test_a_body_that_is_refused_does_not_use_up_the_key(at_work: Api) -> None:
    refused = await at_work.post(PATH, data=b"{", headers={"Idempotency-Key": "k1"})

    assert refused.status == 400
    assert (await post(at_work))[0] == 202


async def test_keys_of_others_are_others(at_work: Api, home: House, worker: Worker) -> None:
    await post(at_work)
    headers = {**await home.headers("make_calls"), "Idempotency-Key": "k1"}
    answer = await at_work.post(PATH, json={"how": "well"}, headers=headers)

    assert answer.status == 202
    assert worker.times == 2


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "ü"])
async def test_a_key_that_can_not_be_is_refused(at_work: Api, worker: Worker, key: str) -> None:
    assert (await post(at_work, key=key))[0] == 400
    assert worker.times == 0


@pytest.mark.parametrize("path", ["/api/v1/auth/token", "/api/v1/auth/refresh", "/api/v1/keys"])
async def test_answers_that_hold_secrets_are_never_kept(api: Api, home: House, path: str) -> None:
    headers = {**await home.headers(), "Idempotency-Key": "k1"}
    answer = await api.post(path, json={}, headers=headers)

    assert answer.status == 400
    assert (await answer.json())["details"][0]["field"] == "Idempotency-Key"


async def test_answers_outlive_a_restart_and_interrupted_ones_are_said_to_be(
    tmp_path: Path, worker: Worker, aiohttp_client: AiohttpClient
) -> None:
    clock = FakeClock()
    async with house(tmp_path, clock) as home:
        headers = await home.headers("make_calls")
        await post(await aiohttp_client(build_app(home.services), headers=headers))
    with inside(tmp_path / "mhud.db") as db:
        db.execute(
            "INSERT INTO idempotency SELECT principal, route, 'k2', body_hash, 'running', NULL, "
            "NULL, NULL, created_at FROM idempotency"
        )
    async with house(tmp_path, clock) as home:
        api = await aiohttp_client(build_app(home.services), headers=headers)
        following = asyncio.create_task(home.services.access.run())
        await eventually(lambda: POLL_S in clock.sleeping)
        kept, interrupted = await post(api), await post(api, key="k2")
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    assert kept == (202, {"times": 1}, "true")
    assert interrupted[0] == 409
    assert "interrupted" in interrupted[1]["message"]
    assert worker.times == 1


async def test_a_day_later_the_key_is_new(
    tmp_path: Path, worker: Worker, aiohttp_client: AiohttpClient
) -> None:
    clock = FakeClock()
    async with house(tmp_path, clock) as home:
        api = await aiohttp_client(
            build_app(home.services), headers=await home.headers("make_calls")
        )
        await post(api)
        await clock.advance(86_401)
        following = asyncio.create_task(home.services.access.run())
        await eventually(lambda: POLL_S in clock.sleeping)
        await post(api)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    assert worker.times == 2


async def test_what_is_kept_of_a_body_is_no_hash_that_others_can_make(
    at_work: Api, home: House
) -> None:
    """It may hold a password, which a copy of the database must not confirm."""
    await at_work.post(PATH, json={"how": "well"}, headers={"Idempotency-Key": "one"})
    query = select(idempotency.c.principal, idempotency.c.body_hash)
    async with home.services.db.read() as tx:
        (row,) = (await tx.execute(query)).all()
    body = f"{PATH}\n".encode() + b'{"how": "well"}'

    assert len(row.body_hash) == 32
    assert row.body_hash != hashlib.sha256(body).digest()
    assert row.body_hash != hashlib.blake2b(body, digest_size=32).digest()


async def test_where_the_key_can_not_be_kept_nothing_is_done(
    at_work: Api, worker: Worker, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "WAIT_S", 0.05)
    async with home.services.db.write():
        with_key, without = await post(at_work), await post(at_work, key=None)

    assert (with_key[0], with_key[1]["code"]) == (503, "service_unavailable")
    assert without[0] == 202
    assert worker.times == 1
