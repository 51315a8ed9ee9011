"""Files and recordings of a case: sent, shown, heard, refused."""

from __future__ import annotations

import base64
import re
import struct
from typing import Any

import pytest
from aiohttp import FormData
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.asking import done
from tests.browser.axe import violations
from tests.browser.casework import CASES, LONG, make_case, open_case
from tests.browser.house import House
from tests.browser.one_dialog import stands
from tests.browser.sights import ADMIN
from tests.browser.windows import Windows

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNkYPhfz0AEYBxVSF+FABJADveW"
    "kH6oAAAAAElFTkSuQmCC"
)
HOSTILE_FILE = (
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(window.pwned = 1)</script></svg>"
)
SILENCE = (  # half a second of it, as WAV
    b"RIFF" + (36 + 4000).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    + struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8) + b"data" + (4000).to_bytes(4, "little")
    + b"\x80" * 4000
)  # fmt: skip
CONTACT = {
    "id": 1, "client_id": None, "call_id": "call-1", "state": "logged", "contact_type": "call",
    "direction": "inbound", "contact_address": None, "contact_name": None, "duration": 60,
    "call_status": "answered", "disposition_id": None, "disposition": None, "message": None,
    "disposition_notes": None, "user_id": 1, "user_name": "x", "user_display_name": "X",
    "created_at": "2025-03-07T10:15:30Z",
}  # fmt: skip


async def test_a_file_is_kept_and_a_picture_is_shown_in_place(
    house: House, windows: Windows
) -> None:
    made = await make_case(house)
    page = await open_case(windows, made["id"])
    await page.get_by_role("button", name="Add a file").click()
    dialog = page.get_by_role("dialog")
    picture = {"name": "arm.png", "mimeType": "image/png", "buffer": PICTURE}
    await dialog.get_by_label("File").set_input_files(picture)  # type: ignore[arg-type]
    await dialog.get_by_role("button", name="Add a file").click()
    await page.get_by_role("button", name="Show arm.png").click()
    shown = page.get_by_role("img", name="arm.png")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("one => one.decode().then(() => one.naturalWidth)") == 10


async def test_a_file_is_shown_over_the_page_and_left_by_keyboard(
    house: House, windows: Windows
) -> None:
    made = await make_case(house)
    await _attached(house, made["id"], "words.txt", "text/plain", LONG.encode())
    page = await open_case(windows, made["id"])
    await stands(page, page.get_by_role("button", name="Show words.txt"))


async def test_a_file_with_a_script_in_it_runs_nowhere(house: House, windows: Windows) -> None:
    made = await make_case(house)
    for name, kind in (
        ("a.svg", "image/svg+xml"),
        ("b.html", "text/html"),
        ("c.txt", "text/plain"),
    ):
        await _attached(house, made["id"], name, kind, HOSTILE_FILE)
    page = await open_case(windows, made["id"])
    kept = page.get_by_role("button", name=re.compile("^Show"))
    for n in range(await kept.count()):
        await kept.nth(n).click()
        await expect(page.get_by_role("dialog")).to_contain_text("alert")  # as words
        await page.keyboard.press("Escape")
    links = page.get_by_role("link", name=re.compile("^Download"))
    assert await links.count() == 3
    for n in range(3):
        address = house.base + str(await links.nth(n).get_attribute("href"))
        answer = await page.request.get(address)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        async with page.expect_download():  # also for who opens its address
            await page.evaluate("to => { location.href = to; }", address)
    assert await page.evaluate("'pwned' in window") is False


async def test_an_upload_that_is_cut_keeps_what_was_typed_and_says_what_to_do(
    house: House, windows: Windows
) -> None:
    windows.expects("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION")
    made = await make_case(house)
    page = await open_case(windows, made["id"])
    dialog = await _file_chosen(page)
    await page.route("**/attachments", lambda route: route.abort("connectionreset"))
    await dialog.get_by_role("button", name="Add a file").click()
    await expect(dialog).to_contain_text("The line was cut before the file was there.")
    await expect(dialog.get_by_label("What it is")).to_have_value("Her arm")
    assert await violations(page) == []
    await page.unroute("**/attachments")
    await dialog.get_by_role("button", name="Add a file").click()
    await expect(page.get_by_role("button", name="Show arm.png")).to_be_visible()


async def test_an_upload_shows_how_far_it_is_and_is_stopped(house: House, windows: Windows) -> None:
    made = await make_case(house)
    page = await open_case(windows, made["id"])
    dialog = await _file_chosen(page)
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await page.route("**/attachments", hold)
    await dialog.get_by_role("button", name="Add a file").click()
    await expect(dialog.get_by_role("progressbar")).to_be_visible()
    await expect(dialog.get_by_label("File")).to_be_disabled()
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Stop sending").click()
    await expect(dialog).to_contain_text("Stopped. Nothing of the file was kept.")
    found = await done(house, "GET", f"{CASES}/{made['id']}/attachments")
    assert found["data"] == []


async def test_a_file_of_a_kind_that_is_not_kept_is_refused_at_the_field(
    house: House, windows: Windows
) -> None:
    windows.expects("415 (Unsupported Media Type)")
    made = await make_case(house)
    page = await open_case(windows, made["id"])
    dialog = await _file_chosen(page, name="run.exe", content=b"MZ\x90\x00" + bytes(400))
    await dialog.get_by_role("button", name="Add a file").click()
    await expect(dialog).to_contain_text("Files of this kind can't be kept here.")


async def test_a_recording_is_fetched_when_somebody_wants_to_hear_it_and_plays(
    house: House, windows: Windows
) -> None:
    made = await make_case(house)
    page = await windows.open("/#/cases", who=ADMIN)
    heard = {**CONTACT, "audio_file_path": "/recordings/call-1.mp3", "case_id": made["id"]}
    asked: list[str] = []

    async def sound(route: Route) -> None:
        asked.append(route.request.headers.get("range", ""))
        await route.fulfill(body=SILENCE, content_type="audio/wav")

    await page.route("**/communications", lambda route: route.fulfill(json=_list(heard)))
    await page.route("**/recordings/*", sound)
    await page.goto(f"/#/cases/{made['id']}")
    play = page.get_by_role("button", name="Play the recording")
    await expect(play).to_be_visible()
    assert asked == []  # each hearing is on record
    await play.click()
    player = page.locator("audio")
    await expect(player).to_have_js_property("duration", 0.5)
    assert asked[0].startswith("bytes=0-")
    assert await violations(page) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "You may not hear this recording any more."), (410, "This recording was deleted"),
     (404, "There is no recording of this call")],
)  # fmt: skip
async def test_a_recording_that_can_t_be_heard_says_why(
    house: House, windows: Windows, status: int, words: str
) -> None:
    windows.expects(f"{status} (")
    made = await make_case(house)
    page = await windows.open("/#/cases", who=ADMIN)
    heard = {**CONTACT, "audio_file_path": "/recordings/call-1.mp3", "case_id": made["id"]}
    await page.route("**/communications", lambda route: route.fulfill(json=_list(heard)))
    await page.route("**/recordings/*", lambda route: route.fulfill(status=status, json={}))
    await page.goto(f"/#/cases/{made['id']}")
    await page.get_by_role("button", name="Play the recording").click()
    await expect(page.get_by_role("main").get_by_role("alert")).to_contain_text(words)
    assert await violations(page) == []


async def _file_chosen(page: Page, name: str = "arm.png", content: bytes = PICTURE) -> Locator:
    await page.get_by_role("button", name="Add a file").click()
    dialog = page.get_by_role("dialog")
    file = {"name": name, "mimeType": "image/png", "buffer": content}
    await dialog.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    await dialog.get_by_label("What it is").fill("Her arm")
    return dialog


async def _attached(house: House, ident: int, name: str, kind: str, content: bytes) -> None:
    form = FormData()
    form.add_field("file", content, filename=name, content_type=kind)
    await done(house, "POST", f"{CASES}/{ident}/attachments", form=form)


def _list(*lines: dict[str, Any]) -> dict[str, Any]:
    page = {"total": len(lines), "limit": 1000, "offset": 0, "has_more": False}
    return {"success": True, "data": list(lines), "pagination": page}
