"""The demo's outbox: letters in a folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mhud.messages.message import Message, Undelivered
from mhud.messages.outbox import KEPT, Outbox
from tests.fake_clock import FakeClock

MAIL = Message(kind="email", to="jane@example.org", subject="Your code", text="123456 it is")
SMS = Message(kind="phone", to="+254700123456", subject="Your code", text="654321 it is")


async def test_letters_are_listed_newest_first_and_can_be_read(tmp_path: Path) -> None:
    clock = FakeClock()
    outbox = Outbox(tmp_path / "outbox", clock)
    await outbox.carry(MAIL)
    await clock.advance(1)
    await outbox.carry(SMS)
    sms, mail = await outbox.letters()

    assert (mail.to, mail.subject, mail.text) == ("jane@example.org", "Your code", "123456 it is")
    assert sms.to == "+254700123456@sms.invalid"
    source = await outbox.source(mail.name)
    assert source is not None
    assert re.findall(rb"\b\d{6}\b", source) == [b"123456"]


async def test_only_their_owner_may_read_them(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox", FakeClock())
    await outbox.carry(MAIL)
    (file,) = outbox.folder.iterdir()

    assert file.stat().st_mode & 0o777 == 0o600


async def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    clock = FakeClock()
    outbox = Outbox(tmp_path, clock)
    for _ in range(KEPT + 2):
        await outbox.carry(MAIL)
        await clock.advance(1)

    assert len(await outbox.letters()) == KEPT


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "..", "", "secret.txt", "a\x00b"])
async def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("a secret")
    outbox = Outbox(tmp_path / "outbox", FakeClock())
    await outbox.carry(MAIL)
    (outbox.folder / "secret.txt").write_text("no letter")

    assert await outbox.source(name) is None


async def test_a_disk_that_refuses_is_a_message_not_sent(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("not a folder")
    with pytest.raises(Undelivered) as caught:
        await Outbox(tmp_path / "outbox", FakeClock()).carry(MAIL)

    assert caught.value.reason == "not-written"
