"""Writes that came while another one was on its way share the next transaction, and its commit.

Each is in a savepoint of its own: it fails alone. Nobody is answered before the commit is on disk.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from mhud.errors import Code, MhudError
from mhud.store.database import Database
from mhud.store.plain import as_sqlalchemys, in_one_go, is_refused
from mhud.store.tellings import mark

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], Any]
Outcome = tuple[Any, Exception | None]
MOST = 64  # in one transaction: others, too, wait for their turn
MOST_WAITING = 1024  # whom a writer that stands still must not let grow


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    work: Work
    done: asyncio.Future[Any]


class Together:
    """`work` is plain SQL (mhud/store/plain.py): several run in one go."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: deque[_Wish] = deque()
        self._running: asyncio.Task[None] | None = None

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """On disk when it returns. Raises what `Database.write` would.

        And MhudError SERVICE_UNAVAILABLE when too many wait.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise MhudError(Code.SERVICE_UNAVAILABLE, "the database can't take this now")
        wish = _Wish(work, asyncio.get_running_loop().create_future())
        self._waiting.append(wish)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        result: T = await wish.done
        return result

    async def _run(self) -> None:
        while self._waiting:
            batch: list[_Wish] = []
            try:
                async with self._db.write() as tx:
                    batch = self._next()
                    mark(tx)
                    outcomes = await in_one_go(tx, partial(_each, batch))
            except BaseException as error:
                _fail(batch or self._next(), error)
                if not isinstance(error, Exception):
                    raise
            else:
                _tell(batch, outcomes)

    def _next(self) -> list[_Wish]:
        """Those who wait now, but for who gave up."""
        found = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        return [wish for wish in found if not wish.done.done()]


def _each(batch: list[_Wish], connection: sqlite3.Connection) -> list[Outcome]:
    return [_one(wish.work, connection) for wish in batch]


def _one(work: Work, connection: sqlite3.Connection) -> Outcome:
    """What it came to. Raises what the database itself refuses: that holds for all of them."""
    connection.execute("SAVEPOINT one_of_them")
    try:
        outcome: Outcome = work(connection), None
    except Exception as error:
        if is_refused(error):
            raise
        connection.execute("ROLLBACK TO one_of_them")
        outcome = None, as_sqlalchemys(error)
    connection.execute("RELEASE one_of_them")
    return outcome


def _tell(batch: list[_Wish], outcomes: list[Outcome]) -> None:
    for wish, (result, error) in zip(batch, outcomes, strict=True):
        if wish.done.done():
            continue
        if error is None:
            wish.done.set_result(result)
        else:
            wish.done.set_exception(error)


def _fail(batch: list[_Wish], error: BaseException) -> None:
    """Each gets a refusal of his own: one that is raised twice grows a traceback of both."""
    for wish in batch:
        if not wish.done.done():
            wish.done.set_exception(_again(error))


def _again(error: BaseException) -> Exception:
    if isinstance(error, MhudError):
        return MhudError(error.code, error.message, **error.details)
    if isinstance(error, Exception):
        return error  # a bug, which shall be seen
    return MhudError(Code.SERVICE_UNAVAILABLE, "mhud is stopping")
