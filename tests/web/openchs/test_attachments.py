"""Files of cases, as people send and fetch them."""

from __future__ import annotations

import asyncio
import hashlib
import io
import shutil
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from sqlalchemy import select
from structlog.testing import capture_logs

from mhud.services.cases import Wish
from mhud.store.schema import audit
from mhud.store.schema_cases import activities, attachments
from mhud.web.app import apis, build_app
from mhud.web.openapi import document
from tests.fake_clock import eventually
from tests.houses import House, house

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 600  # several chunks
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\0" * 64
LIMIT = 400_000
Client = TestClient[Any, Any]


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    settings = {"max_bytes": LIMIT, "spare_bytes": 0}
    async with house(tmp_path, attachments=settings) as built:
        yield built


class Desk:
    """Somebody with a key of his own, and a case that he made."""

    def __init__(self, home: House, api: Client, headers: dict[str, str], case_id: int) -> None:
        self.home = home
        self.api = api
        self.headers = headers
        self.case_id = case_id

    @property
    def path(self) -> str:
        return f"/helpline/api/cases/{self.case_id}/attachments"

    async def send(self, form: FormData | aiohttp.MultipartWriter | bytes, **headers: str) -> Any:
        """Status and body."""
        given = {**self.headers, **headers}
        async with self.api.post(self.path, data=form, headers=given) as answer:
            return answer.status, await answer.json()

    async def listed(self) -> list[dict[str, Any]]:
        async with self.api.get(self.path, headers=self.headers) as answer:
            assert answer.status == 200
            found: list[dict[str, Any]] = (await answer.json())["data"]
            return found

    def on_disk(self) -> list[str]:
        folder = self.home.services.settings.data_dir / "attachments"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    async def rows(self, table: Any) -> list[Any]:
        async with self.home.services.db.read() as tx:
            return list((await tx.execute(select(table))).all())

    async def nothing_is_left(self) -> None:
        await eventually(lambda: not self.on_disk())
        assert await self.rows(attachments) == []
        assert "attachment" not in [row.activity_type for row in await self.rows(activities)]
        assert "attachment.create" not in [row.action for row in await self.rows(audit)]


async def desk_of(home: House, api: Client, *rights: str, owner: int | None = None) -> Desk:
    key = await home.headers(*(rights or ("create_case", "update_case")), owner=owner)
    principal = home.services.access.authenticate_key(key["X-API-Key"])
    wish: Wish = {"title": "Child safety concern"}
    case = await home.services.cases.create(principal, wish)
    return Desk(home, api, key, case.id)


@pytest.fixture
async def desk(home: House, api: Client) -> Desk:
    return await desk_of(home, api)


def form(
    content: bytes | io.BytesIO = PDF, name: str = "Medical Report - Maria.pdf", **fields: str
) -> FormData:
    made = FormData(quote_fields=False)
    made.add_field("file", content, filename=name, content_type="text/html")
    for field, value in fields.items():
        made.add_field(field, value)
    return made


async def test_a_file_comes_back_as_it_was_sent(desk: Desk) -> None:
    status, sent = await desk.send(form(description="Medical report", file_type="document"))
    data = sent["data"]
    assert (status, sent["success"]) == (201, True)
    assert (data["file_size"], data["file_type"]) == (len(PDF), "document")
    assert data["uploaded_at"] == "2025-03-03T09:00:00Z"
    async with desk.api.get(f"{desk.path}/{data['id']}", headers=desk.headers) as answer:
        assert (answer.status, await answer.read()) == (200, PDF)
        told = answer.headers
    assert told["Content-Type"] == "application/pdf"
    assert told["Content-Length"] == str(len(PDF))
    assert told["Content-Disposition"] == f'attachment; filename="{data["filename"]}"'
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Cache-Control"] == "no-store"
    assert "X-RateLimit-Remaining" in told


async def test_the_list_says_what_is_there(desk: Desk) -> None:
    _, first = await desk.send(form(description="Medical report from hospital"))
    _, second = await desk.send(form(PNG, "photo.png"))
    newest, oldest = await desk.listed()
    assert [newest["id"], oldest["id"]] == [second["data"]["id"], first["data"]["id"]]
    assert oldest["filename"] == first["data"]["filename"]
    assert oldest["original_filename"] == "Medical Report - Maria.pdf"
    assert (oldest["mime_type"], oldest["file_type"]) == ("application/pdf", "document")
    assert oldest["description"] == "Medical report from hospital"
    assert oldest["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (newest["mime_type"], newest["file_type"]) == ("image/png", "image")
    assert newest["description"] is None
    assert newest["uploaded_by"].startswith("service-")


async def test_the_disk_knows_neither_the_name_nor_the_content(desk: Desk) -> None:
    await desk.send(form(b"Maria told us everything. " * 50, "Maria W.txt"))
    (name,) = desk.on_disk()
    path = desk.home.services.settings.data_dir / "attachments" / name
    assert "maria" not in name.lower()
    assert b"Maria" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_file_leaves_an_activity_and_lines_in_the_audit(desk: Desk) -> None:
    _, sent = await desk.send(form())
    await desk.listed()
    async with desk.api.get(f"{desk.path}/{sent['data']['id']}", headers=desk.headers) as answer:
        await answer.read()
    (told,) = [row for row in await desk.rows(activities) if row.activity_type == "attachment"]
    assert told.case_id == desk.case_id
    assert "Medical Report - Maria.pdf" in told.description
    deeds = [row for row in await desk.rows(audit) if row.subject_id == str(desk.case_id)]
    assert [row.action for row in deeds][-3:] == [
        "attachment.create",
        "case.read",
        "attachment.read",
    ]
    assert deeds[-2].details["part"] == "attachments"
    assert "Maria" not in str([row.details for row in deeds])


@pytest.mark.parametrize("order", [("description", "file", "file_type"), ("file_type", "file")])
async def test_the_parts_may_stand_in_any_order(desk: Desk, order: tuple[str, ...]) -> None:
    made = FormData(quote_fields=False)
    for field in order:
        if field == "file":
            made.add_field("file", PDF, filename="a.pdf")
        else:
            made.add_field(field, "other" if field == "file_type" else "some text")
    status, sent = await desk.send(made)
    assert (status, sent["data"]["file_type"]) == (201, "other")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\report.pdf", "report.pdf"),
        ("/absolute.pdf", "absolute.pdf"),
        ("report.pdf.exe", "report.pdf.exe"),
        ("..", "unnamed"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("Rapport médical.pdf", "Rapport médical.pdf"),
        ("x" * 500 + ".pdf", "x" * 200),
    ],
)
async def test_no_name_leads_anywhere(desk: Desk, name: str, shown: str) -> None:
    status, sent = await desk.send(form(PDF, name))
    assert status == 201
    assert sent["data"]["filename"].startswith("document_")
    assert sent["data"]["filename"].endswith(".pdf")
    assert (await desk.listed())[0]["original_filename"] == shown
    assert desk.on_disk() == [sent["data"]["filename"]]


def word_file() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
            archive.writestr(name, "<x/>")
    return made.getvalue()


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * 50_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (word_file(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40, "audio/x-wav"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, "image/jpeg"),
        ("Ein Brief über Mäuse, und noch viel mehr. ".encode() * 5000, "text/plain"),
        (b"BMI and other figures\n", "text/plain"),
        (b"{\\rtf1 hello}", "application/rtf"),
    ],
)
async def test_what_a_file_is_is_told_from_its_bytes(desk: Desk, content: bytes, kind: str) -> None:
    status, _ = await desk.send(form(content, "a.exe"))
    assert status == 201
    assert (await desk.listed())[0]["mime_type"] == kind


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0\x03\0\0\0" + b"\0" * 200,
        b"\x7fELF\x02\x01\x01\0" + b"\0" * 200,
        bomb(),
        b"looks like text " * 1000 + b"\0 but is none",
        b"latin text \xe9\xe8 of old" * 1000,
        "cut in the middle: é".encode()[:-1],
    ],
)
async def test_other_files_are_refused(desk: Desk, content: bytes) -> None:
    status, body = await desk.send(form(content, "report.pdf"))
    assert (status, body["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    await desk.nothing_is_left()


async def test_what_may_be_sent_is_a_setting(tmp_path: Path, aiohttp_client: Any) -> None:
    async with house(tmp_path, attachments={"types": ["image/png"], "spare_bytes": 0}) as home:
        desk = await desk_of(home, await aiohttp_client(build_app(home.services)))
        assert (await desk.send(form(PDF)))[0] == 415
        assert (await desk.send(form(PNG)))[0] == 201


async def test_an_empty_file_is_an_error(desk: Desk) -> None:
    status, body = await desk.send(form(b""))
    assert status == 400
    assert body["error"]["details"]["fields"] == [{"field": "file", "reason": "is empty"}]
    await desk.nothing_is_left()


async def test_a_file_of_just_the_largest_size_is_taken(desk: Desk) -> None:
    content = b"a" * LIMIT
    assert (await desk.send(form(content)))[0] == 201
    assert (await desk.send(form(content + b"a")))[0] == 413
    assert len(desk.on_disk()) == 1


async def test_too_large_a_file_is_refused_before_it_is_read(desk: Desk) -> None:
    """By what it says of its length; an upload without one is cut when it has too much."""
    status, body = await desk.send(form(io.BytesIO(b"a" * 2_000_000)))
    assert (status, body["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")

    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(100):
            yield b"a" * 100_000

    status, _ = await desk.send(
        endless(),  # type: ignore[arg-type]
        **{"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert status == 413
    await desk.nothing_is_left()


def part(head: str, content: bytes, more: str = "") -> bytes:
    lines = f"--b\r\nContent-Disposition: form-data; {head}\r\n{more}\r\n"
    return lines.encode() + content + b"\r\n"


FILE = part('name="file"; filename="a.pdf"', PDF)
END = b"--b--\r\n"


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        (part('name="description"', b"x") + END, "file", "is missing"),
        (FILE + FILE + END, "file", "is there twice"),
        (FILE + part('name="secret"', b"x") + END, "secret", "unknown field"),
        (FILE + part('name="file_type"', b"virus") + END, "file_type", None),
        (FILE + part('name="description"', b"x" * 1001) + END, "description", None),
        (FILE + part('name="description"', b"x" * 20_000) + END, "description", "is too long"),
        (FILE + part('name="description"', b"\xff") + END, "description", "is not UTF-8"),
        (
            FILE + 2 * part('name="description"', b"x") + END,
            "description",
            "is there twice",
        ),
        (
            part('name="description"; filename="x"', b"x") + FILE + END,
            "description",
            "must be text, not a file",
        ),
        (part('name="file"', PDF) + END, "file", "must be a file, with a filename"),
        (part('filename="a.pdf"', PDF) + END, "body", "has a part without a name"),
        (
            part('name="file"; filename="a"', PDF, "Content-Encoding: gzip\r\n") + END,
            "body",
            "has a part that is encoded",
        ),
        (
            part('name="x"', b"", "Content-Type: multipart/mixed; boundary=c\r\n") + END,
            "body",
            "must not hold a multipart body of its own",
        ),
        (FILE + 20 * part('name="a"', b"") + END, "a", "is there twice"),
        (b"".join(part(f'name="p{n}"', b"") for n in range(12)), "body", "has too many parts"),
        (FILE[:-3000], "body", "is cut off, or no multipart form"),
        (FILE, "body", "is cut off, or no multipart form"),
        (b"", "body", "is cut off, or no multipart form"),
        (b"no form at all", "body", "is cut off, or no multipart form"),
        (
            b"--b\r\n" + b"X: " + b"x" * 20_000 + b"\r\n\r\n",
            "body",
            "is cut off, or no multipart form",
        ),
        (END, "file", "is missing"),
    ],
)
async def test_a_form_that_is_wrong_says_where_and_leaves_nothing(
    desk: Desk, body: bytes, field: str, reason: str | None
) -> None:
    status, answer = await desk.send(body, **{"Content-Type": "multipart/form-data; boundary=b"})
    assert (status, answer["error"]["code"]) == (400, "VALIDATION_ERROR")
    (wrong,) = answer["error"]["details"]["fields"]
    assert wrong["field"] == field
    assert reason in (None, wrong["reason"])
    await desk.nothing_is_left()


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"Content-Type": "application/pdf"},
        {"Content-Type": "multipart/mixed; boundary=b"},
        {"Content-Type": "multipart/form-data; boundary=b", "Content-Encoding": "x-own"},
    ],
)
async def test_what_is_no_form_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    assert (await desk.send(FILE + END, **headers))[0] == 415
    await desk.nothing_is_left()


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", f"multipart/form-data; boundary={'x' * 80}"]
)
async def test_a_form_needs_a_boundary(desk: Desk, kind: str) -> None:
    assert (await desk.send(FILE + END, **{"Content-Type": kind}))[0] == 400


async def test_a_retry_key_is_no_use_for_a_file(desk: Desk) -> None:
    status, _ = await desk.send(form(), **{"Idempotency-Key": "one"})
    assert status == 400
    await desk.nothing_is_left()


async def test_an_upload_that_stalls_is_given_up(tmp_path: Path, aiohttp_client: Any) -> None:
    async def stalling() -> AsyncIterator[bytes]:
        yield part('name="file"; filename="a.pdf"', PDF)[:300_000]
        await asyncio.Event().wait()

    async with house(tmp_path, attachments={"stall_s": 0.3, "spare_bytes": 0}) as home:
        desk = await desk_of(home, await aiohttp_client(build_app(home.services)))
        status, body = await desk.send(
            stalling(),  # type: ignore[arg-type]
            **{"Content-Type": "multipart/form-data; boundary=b"},
        )
        assert (status, body["error"]["details"]["fields"][0]["reason"]) == (
            400,
            "did not arrive in time",
        )
        await desk.nothing_is_left()


async def test_an_upload_that_is_cut_leaves_nothing(desk: Desk) -> None:
    assert desk.api.port is not None
    _, writer = await asyncio.open_connection("127.0.0.1", desk.api.port)
    head = (
        f"POST {desk.path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {desk.headers['X-API-Key']}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 390000\r\n\r\n"
    )
    writer.write(head.encode() + b'--b\r\nContent-Disposition: form-data; name="file"; ')
    writer.write(b'filename="a.pdf"\r\n\r\n' + PDF + bytes(150_000))
    await writer.drain()
    await eventually(desk.on_disk)
    writer.transport.abort()
    await desk.nothing_is_left()
    await eventually(lambda: desk.home.services.attachments.under_way == 0)


async def test_uploads_at_the_same_time_have_a_bound(tmp_path: Path, aiohttp_client: Any) -> None:
    settings = {"at_once": 3, "at_once_each": 2, "spare_bytes": 0}
    async with house(tmp_path, attachments=settings) as home:
        api = await aiohttp_client(build_app(home.services))
        one, other = await desk_of(home, api), await desk_of(home, api)
        hold = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield FILE[:1000]
            await hold.wait()
            yield FILE[1000:] + END

        kind = {"Content-Type": "multipart/form-data; boundary=b"}
        first = [asyncio.ensure_future(one.send(slow(), **kind)) for _ in range(2)]  # type: ignore[arg-type]
        await eventually(lambda: home.services.attachments.under_way == 2)
        status, _ = await one.send(form())
        assert status == 429
        third = asyncio.ensure_future(other.send(slow(), **kind))  # type: ignore[arg-type]
        await eventually(lambda: home.services.attachments.under_way == 3)
        status, body = await other.send(form())
        assert (status, body["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
        hold.set()
        assert [status for status, _ in await asyncio.gather(*first, third)] == [201] * 3
        assert (await one.send(form()))[0] == 201


async def test_a_disk_with_little_room_takes_no_files(tmp_path: Path, aiohttp_client: Any) -> None:
    async with house(tmp_path, attachments={"spare_bytes": 2**60}) as home:
        desk = await desk_of(home, await aiohttp_client(build_app(home.services)))
        status, body = await desk.send(form())
        assert (status, body["error"]["message"]) == (503, "the disk is full")
        await desk.nothing_is_left()


@pytest.mark.parametrize(
    ("asked", "status", "got"),
    [
        ("bytes=0-3", 206, PDF[:4]),
        ("bytes=65530-65545", 206, PDF[65530:65546]),
        ("bytes=-7", 206, PDF[-7:]),
        (f"bytes={len(PDF) - 1}-", 206, PDF[-1:]),
        ("bytes=0-999999999", 206, PDF),
        ("bytes=5-2", 200, PDF),
        ("bytes=0-1,5-6", 200, PDF),
        ("lines=1-2", 200, PDF),
        ("bytes=", 200, PDF),
    ],
)
async def test_a_part_of_a_file_can_be_fetched(
    desk: Desk, asked: str, status: int, got: bytes
) -> None:
    _, sent = await desk.send(form())
    headers = {**desk.headers, "Range": asked}
    async with desk.api.get(f"{desk.path}/{sent['data']['id']}", headers=headers) as answer:
        assert (answer.status, await answer.read()) == (status, got)
        assert answer.headers["Content-Length"] == str(len(got))
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert ("Content-Range" in answer.headers) is (status == 206)


@pytest.mark.parametrize("asked", [f"bytes={len(PDF)}-", "bytes=-0", "bytes=-000"])
async def test_a_range_of_nothing_is_an_error(desk: Desk, asked: str) -> None:
    """RFC 9110, 14.1.2: a suffix of no length can't be satisfied."""
    _, sent = await desk.send(form())
    headers = {**desk.headers, "Range": asked}
    async with desk.api.get(f"{desk.path}/{sent['data']['id']}", headers=headers) as answer:
        assert answer.status == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(PDF)}"


async def test_head_tells_the_size_and_gives_nothing(desk: Desk) -> None:
    _, sent = await desk.send(form())
    async with desk.api.head(f"{desk.path}/{sent['data']['id']}", headers=desk.headers) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(PDF))


async def test_a_damaged_file_is_an_error_and_never_something_else(desk: Desk) -> None:
    _, sent = await desk.send(form())
    folder = desk.home.services.settings.data_dir / "attachments"
    path = folder / sent["data"]["filename"]
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    url = f"{desk.path}/{sent['data']['id']}"
    async with desk.api.get(url, headers=desk.headers) as answer:
        assert answer.status == 503
    raw[-1] ^= 1
    raw[70_000] ^= 1  # in a chunk that is only read while it is handed out
    path.write_bytes(raw)
    with pytest.raises(aiohttp.ClientPayloadError):
        async with desk.api.get(url, headers=desk.headers) as answer:
            await answer.read()
    path.unlink()
    async with desk.api.get(url, headers=desk.headers) as answer:
        assert answer.status == 503


async def test_files_without_rows_are_swept_at_the_next_start(desk: Desk) -> None:
    await desk.send(form())
    kept = desk.on_disk()
    folder = desk.home.services.settings.data_dir / "attachments"
    shutil.copy(folder / kept[0], folder / "document_0123456789abcdef.pdf")
    for name in ("0123456789abcdef.part", "of-somebody.else"):
        (folder / name).write_bytes(b"x")
    assert await desk.home.services.attachments.sweep() == 2
    assert desk.on_disk() == sorted([*kept, "of-somebody.else"])


def miss(folder: Path) -> None:
    """The database with its log, which would fill a new one of the same name."""
    for part in tuple(folder.glob("mhud.db*")):
        part.rename(part.with_name(f"missed-{part.name}"))


async def test_files_of_another_database_are_left_alone(desk: Desk, tmp_path: Path) -> None:
    """Somebody started mhud without its database: what belongs to that one must not go."""
    await desk.send(form())
    kept = desk.on_disk()
    miss(tmp_path)
    async with house(tmp_path) as other:
        with capture_logs() as logs:
            assert await other.services.attachments.sweep() == 0
    assert desk.on_disk() == kept
    assert logs[-1]["event"] == "attachments_of_another_database"


async def test_a_database_that_refuses_leaves_no_file(desk: Desk) -> None:
    async with desk.home.services.db.write() as tx:
        await tx.exec_driver_sql(
            "CREATE TRIGGER no BEFORE INSERT ON attachments BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    status, _ = await desk.send(form())
    assert status >= 500
    await desk.nothing_is_left()


# ---- rights


async def test_a_case_that_one_may_not_see_has_no_files(desk: Desk) -> None:
    _, sent = await desk.send(form())
    stranger = await desk.home.headers("create_case", "update_case")
    for method, path in (
        ("POST", desk.path),
        ("GET", desk.path),
        ("GET", f"{desk.path}/{sent['data']['id']}"),
    ):
        data = form() if method == "POST" else None
        async with desk.api.request(method, path, data=data, headers=stranger) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (404, "NOT_FOUND")
    assert len(desk.on_disk()) == 1


async def test_who_sees_all_cases_sees_their_files_and_needs_the_right_to_add_one(
    desk: Desk,
) -> None:
    _, sent = await desk.send(form())
    reader = await desk.home.headers("view_all_cases")
    async with desk.api.get(f"{desk.path}/{sent['data']['id']}", headers=reader) as answer:
        assert (answer.status, await answer.read()) == (200, PDF)
    async with desk.api.post(desk.path, data=form(), headers=reader) as answer:
        assert answer.status == 403
    outside = await desk.home.headers("view_calls")
    async with desk.api.get(desk.path, headers=outside) as answer:
        assert answer.status == 403
    async with desk.api.get(desk.path) as answer:
        assert answer.status == 401


async def test_a_file_belongs_to_its_case_only(desk: Desk) -> None:
    _, sent = await desk.send(form())
    other = await desk_of(desk.home, desk.api, "view_all_cases", "create_case")
    for wrong in (
        f"{other.path}/{sent['data']['id']}",
        f"{desk.path}/99",
        f"{desk.path}/{2**70}",
        "/helpline/api/cases/99/attachments",
    ):
        async with desk.api.get(wrong, headers=other.headers) as answer:
            assert answer.status == 404


async def test_files_of_a_deleted_case_are_gone_from_sight(desk: Desk) -> None:
    _, sent = await desk.send(form())
    all_rights = await desk.home.headers()
    admin = desk.home.services.access.authenticate_key(all_rights["X-API-Key"])
    await desk.home.services.cases.delete(admin, desk.case_id)
    for path in (desk.path, f"{desk.path}/{sent['data']['id']}"):
        async with desk.api.get(path, headers=all_rights) as answer:
            assert answer.status == 404


# ---- the document


def test_the_document_tells_what_is_sent_and_what_comes() -> None:
    paths = document(apis())["paths"]
    upload = paths["/helpline/api/cases/{case_id}/attachments"]["post"]
    schema = upload["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(schema["properties"]) == {"file", "description", "file_type"}
    assert schema["required"] == ["file"]
    assert "Idempotency-Key" not in [one["name"] for one in upload["parameters"]]
    download = paths["/helpline/api/cases/{case_id}/attachments/{attachment_id}"]["get"]
    assert list(download["responses"]["200"]["content"]) == ["*/*"]
    assert "206" in download["responses"]
    assert "Range" in [one["name"] for one in download["parameters"]]
