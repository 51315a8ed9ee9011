"""Files of cases when the disk is full or the daemon is killed, with a real daemon."""

from __future__ import annotations

import asyncio
import io
import resource
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from mhud.clock import SystemClock
from tests.served import Serve

pytestmark = pytest.mark.timeout(120)  # daemons start in it
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
TEXT = b"a line of text\n" * 100_000  # 1.5 MB
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.fixture
async def serve(tmp_path: Path) -> Serve:
    made = Serve(tmp_path, 1, MHUD_ATTACHMENTS__SPARE_BYTES="0")
    await made.make_key()
    return made


class Desk:
    """A case, and the way to its files."""

    def __init__(self, serve: Serve, session: aiohttp.ClientSession) -> None:
        self.serve = serve
        self.session = session
        self.url = ""

    async def open_case(self) -> None:
        cases = f"{self.serve.base}/helpline/api/cases"
        async with self.session.post(cases, json={"title": "A story"}) as answer:
            case_id = (await answer.json())["data"]["id"]
        self.url = f"{cases}/{case_id}/attachments"

    async def send(self, content: bytes) -> tuple[int, dict[str, object]]:
        body = io.BytesIO(HEAD + content + b"\r\n--b--\r\n")
        async with self.session.post(self.url, data=body, headers=FORM) as answer:
            return answer.status, await answer.json()

    async def ids(self) -> list[int]:
        async with self.session.get(self.url) as answer:
            return [one["id"] for one in (await answer.json())["data"]]


def on_disk(folder: Path) -> list[str]:
    there = folder / "attachments"
    return [path.name for path in there.iterdir()] if there.is_dir() else []


def session_of(serve: Serve) -> aiohttp.ClientSession:
    limit = aiohttp.ClientTimeout(total=20)
    return aiohttp.ClientSession(headers={"X-API-Key": serve.key}, timeout=limit)


async def end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


async def test_a_full_disk_is_said_and_leaves_nothing(serve: Serve, tmp_path: Path) -> None:
    """No file may grow beyond a megabyte: the system says that as it says that a disk is full."""
    process = await serve.start()
    try:
        async with session_of(serve) as session:
            desk = Desk(serve, session)
            await desk.open_case()
            assert (await desk.send(b"small"))[0] == 201
            before = on_disk(tmp_path)
            soft, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1_000_000, hard))
            status, body = await desk.send(TEXT)
            assert (status, body["error"]) == (
                503,
                {"code": "SERVICE_UNAVAILABLE", "message": "the disk is full", "details": {}},
            )
            assert on_disk(tmp_path) == before
            assert len(await desk.ids()) == 1
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (soft, hard))
            assert (await desk.send(TEXT))[0] == 201
    finally:
        await end(process)


async def test_what_a_kill_left_of_an_upload_is_gone_after_the_next_start(
    serve: Serve, tmp_path: Path
) -> None:
    process = await serve.start()
    try:
        async with session_of(serve) as session:
            desk = Desk(serve, session)
            await desk.open_case()
            assert (await desk.send(TEXT))[0] == 201
            kept = on_disk(tmp_path)
            upload = asyncio.ensure_future(session.post(desk.url, data=half(), headers=FORM))
            async with asyncio.timeout(20):
                while len(on_disk(tmp_path)) == 1:
                    await SystemClock().sleep(0.02)
            process.kill()
            await process.wait()
            with pytest.raises(aiohttp.ClientError):
                await upload
        assert len(on_disk(tmp_path)) == 2
        process = await serve.start()
        assert on_disk(tmp_path) == kept
        assert serve.logged("attachments_swept") is not None
        async with session_of(serve) as session:
            again = Desk(serve, session)
            again.url = serve.base + desk.url[desk.url.index("/helpline") :]
            (attachment_id,) = await again.ids()
            async with session.get(f"{again.url}/{attachment_id}") as answer:
                assert await answer.read() == TEXT
    finally:
        await end(process)


async def half() -> AsyncIterator[bytes]:
    yield HEAD + TEXT
    await asyncio.Event().wait()
