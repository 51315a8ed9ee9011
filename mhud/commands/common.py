"""What the commands share: the settings, the store, secrets that are never arguments, tables."""

from __future__ import annotations

import asyncio
import getpass
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from mhud import config
from mhud.clock import SystemClock
from mhud.config import Settings
from mhud.services.access import Access
from mhud.store.database import Database
from mhud.store.place import DATABASE as DATABASE


class Failure(Exception):
    """Said on stderr; the exit status is 1."""


class Usage(Exception):
    """Said on stderr; the exit status is 2."""


def settings(options: Namespace) -> Settings:
    """Raises OSError, tomllib.TOMLDecodeError or pydantic.ValidationError."""
    return config.load(getattr(options, "config", None))


@asynccontextmanager
async def opened(options: Namespace) -> AsyncIterator[Access]:
    """The store, beside a daemon that may be running on it."""
    chosen = settings(options)
    db = await Database.of(chosen)
    try:
        access = await Access.open(db, SystemClock(), chosen)
        yield access
        access.passwords.close()
    finally:
        await db.close()


def with_access(
    work: Callable[[Access, Namespace], Awaitable[None]],
) -> Callable[[Namespace], None]:
    """A command that needs the store."""

    async def run(options: Namespace) -> None:
        async with opened(options) as access:
            await work(access, options)

    return lambda options: asyncio.run(run(options))


def add_password_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="read the password from this file; without it: a prompt, or the first line of stdin",
    )


def password(options: Namespace) -> str:
    """Never from an argument, where every process of the machine could read it.

    Raises Usage, Failure or OSError.
    """
    file: Path | None = options.password_file
    if file is not None:
        text = file.read_text().partition("\n")[0].rstrip("\r")
    elif sys.stdin.isatty():
        text = _asked_twice()
    else:
        text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise Usage("no password: type it, pipe it in, or give --password-file")
    return text


def _asked_twice() -> str:
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise Failure("the two passwords differ")
    return first


def words(text: str) -> list[str]:
    """`support,crisis` as a list."""
    return [word for word in (part.strip() for part in text.split(",")) if word]


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = [header, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip())


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def remark(text: str) -> None:
    """For people only; stdout stays what a script reads."""
    sys.stderr.write(text + "\n")
