"""The demo's mail: a folder of .eml files, which a person or a test reads instead of a mailbox."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from mhud.clock import Clock
from mhud.messages.message import Message, Undelivered
from mhud.messages.smtp import written

SENDER = "mhud demo <demo@example.org>"
KEPT = 200  # the newest
SMS_DOMAIN = "sms.invalid"  # an SMS is shown as a mail to its number


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One of them, as it is listed. `name` is its file's."""

    name: str
    to: str = field(repr=False)
    at: str
    subject: str = field(repr=False)
    text: str = field(repr=False)


class Outbox:
    """Names sort by time. A file is there whole, or not at all."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock
        self._numbers = itertools.count(1)

    async def carry(self, message: Message) -> None:
        """Raises Undelivered when the disk refuses."""
        at = self._clock.now()
        name = f"{at:%Y%m%dT%H%M%S}-{next(self._numbers):04}-{message.kind}.eml"
        try:
            await asyncio.to_thread(self._write, name, _letter(message, at))
        except (OSError, ValueError):
            raise Undelivered("not-written", again=False) from None

    async def letters(self) -> list[Letter]:
        """Newest first."""
        return await asyncio.to_thread(self._read_all)

    async def source(self, name: str) -> bytes | None:
        """The file itself; None when there is no such one, whatever `name` tries."""
        return await asyncio.to_thread(self._read, name)

    def _write(self, name: str, mail: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self.folder / f"{name}.partial"
        partial.touch(mode=0o600)
        partial.write_bytes(mail.as_bytes())
        partial.replace(self.folder / name)
        for old in self._files()[KEPT:]:
            old.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.eml"), reverse=True)

    def _read(self, name: str) -> bytes | None:
        return next((file.read_bytes() for file in self._files() if file.name == name), None)

    def _read_all(self) -> list[Letter]:
        return [_listed(file.name, file.read_bytes()) for file in self._files()]


def _letter(message: Message, at: datetime) -> EmailMessage:
    to = f"{message.to}@{SMS_DOMAIN}" if message.kind == "phone" else message.to
    letter = Message(kind=message.kind, to=to, subject=message.subject, text=message.text)
    return written(letter, SENDER, at)


def _listed(name: str, source: bytes) -> Letter:
    mail = message_from_bytes(source, policy=default)
    return Letter(
        name=name,
        to=str(mail["To"]),
        at=str(mail["Date"]),
        subject=str(mail["Subject"]),
        text=mail.get_content().strip(),
    )
