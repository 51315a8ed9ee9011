"""The SQLite file: one serialized writer, a pool of readers, transactions that roll back.

pysqlite's own transaction handling breaks savepoints, so it is off and BEGIN is ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, event
from sqlalchemy.exc import DatabaseError, DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from mhud.config import Settings
from mhud.errors import Code, MhudError, kind
from mhud.store import driver
from mhud.store.driver import StoreError
from mhud.store.hints import HintingCompiler
from mhud.store.key import DatabaseKey
from mhud.store.learning import TABLES, learn_one
from mhud.store.migrate import migrate
from mhud.store.place import place
from mhud.store.turn import Turn

Tx = AsyncConnection  # in a transaction: what repositories take
log = structlog.get_logger(__name__)
READERS = 4
WAL_TRIES = 10
TOLD = "told"  # in a connection's `info`: its transaction has something for the ledger
WAIT_S = 5.0  # longest wait for the writer, a reader, or another process's lock


class Database:
    """`write()` and `read()` give a connection in a transaction; repositories take it."""

    def __init__(self, path: Path, key: DatabaseKey | None = None) -> None:
        self.path = path
        self.key = key  # None: anybody who has the file can read it
        self.told = asyncio.Event()  # set when something that the ledger must take over is on disk
        self._writes = self._reads = True  # whether the last one that was tried succeeded
        self._turn = Turn()
        self._writer = _engine(self, size=1, begin="BEGIN IMMEDIATE", read_only=False)
        self._readers = _engine(self, size=READERS, begin="BEGIN", read_only=True)

    @classmethod
    async def of(cls, settings: Settings) -> Database:
        """The one in the data directory, with its key. Raises StoreError, OSError."""
        there = await asyncio.to_thread(place, settings)
        return await cls.open(there.path, there.key)

    @classmethod
    async def open(cls, path: Path, key: DatabaseKey | None = None) -> Database:
        """Raises StoreError when the file can't be used, or not with this key."""
        await asyncio.to_thread(_prepare, path, key)
        return cls(path, key)

    @property
    def healthy(self) -> bool:
        """Whether the last write and the last read that were tried succeeded."""
        return self._writes and self._reads

    @asynccontextmanager
    async def write(self, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        """The only writer. On disk when the block ends; nothing of it when it raises.

        `urgent`: before others who wait for their turn; for what calls wait for.

        Raises MhudError SERVICE_UNAVAILABLE when the database is locked, full or broken.
        IntegrityError is the caller's to translate.
        """
        await self._take_turn(urgent=urgent)
        try:
            async with self._writer.begin() as connection:
                connection.info.pop(TOLD, None)  # of one that was rolled back
                yield connection
                told = connection.info.pop(TOLD, False)
            self._writes = True
            if told:
                self.told.set()
        except (DatabaseError, PoolTimeout) as error:
            if not is_refusal(error):
                raise
            self._writes = False
            raise _unavailable(error) from error
        finally:
            self._turn.release()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view. Raises MhudError SERVICE_UNAVAILABLE."""
        try:
            async with self._readers.begin() as connection:
                yield connection
            self._reads = True
        except (DatabaseError, PoolTimeout) as error:
            if not is_refusal(error):
                raise
            self._reads = False
            raise _unavailable(error) from error

    async def learn(self, pause: Callable[[], Awaitable[None]]) -> None:
        """What is in the tables now, for choosing indexes: a table at a time, a pause after each.

        Raises MhudError SERVICE_UNAVAILABLE.
        """
        for table in TABLES:
            async with self.write() as tx:
                await learn_one(tx, table)
            await pause()
        await self._readers.dispose()  # a connection reads what is known when it is opened

    async def close(self) -> None:
        await self._writer.dispose()
        await self._readers.dispose()

    async def _take_turn(self, *, urgent: bool) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                await self._turn.acquire(urgent=urgent)
        except TimeoutError as error:
            raise _unavailable(error) from error


def _prepare(path: Path, key: DatabaseKey | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate(path, key)
    _write_ahead(path, key)
    path.chmod(0o600)


def _write_ahead(path: Path, key: DatabaseKey | None) -> None:
    """The mode stays with the file. SQLite refuses to change it while another program is in it,
    and does not wait for that one as it does with locks: so a lock is waited for in between.

    Raises StoreError when the file is never left alone.
    """
    refused: Exception | None = None
    with closing(driver.connect(path, key, wait_s=WAIT_S)) as connection:
        for _ in range(WAL_TRIES):
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except driver.ERRORS as error:
                refused = error
                with suppress(*driver.ERRORS):
                    connection.execute("BEGIN EXCLUSIVE")
                    connection.execute("ROLLBACK")
            else:
                return
    raise StoreError(f"{path} can't be written by several programs: {refused}") from refused


def _engine(db: Database, *, size: int, begin: str, read_only: bool) -> AsyncEngine:
    engine = create_async_engine(
        "sqlite+aiosqlite://",
        async_creator=driver.connector(db.path, db.key),
        module=driver.adapted(db.key),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=WAIT_S,
        hide_parameters=True,  # numbers and names must not reach a log through an error
    )
    engine.sync_engine.dialect.statement_compiler = HintingCompiler

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(dbapi_connection: Any, _record: object) -> None:
        cursor = dbapi_connection.cursor()
        for pragma in _pragmas(read_only):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _pragmas(read_only: bool) -> list[str]:
    pragmas = [
        f"busy_timeout = {int(WAIT_S * 1000)}",
        "synchronous = FULL",
        "foreign_keys = ON",
        "cache_size = -2000",  # KiB, each; of SQLCipher's own 8 MB nothing got faster
    ]
    return [*pragmas, "query_only = ON"] if read_only else pragmas


def is_refusal(error: BaseException) -> bool:
    """Locked, full or broken, which the narrower kinds (a broken constraint) are not.

    A damaged file is a plain DatabaseError.
    """
    if isinstance(error, OperationalError | InternalError | PoolTimeout):
        return True
    return type(error) is DatabaseError


def _unavailable(error: Exception) -> MhudError:
    refused = error.orig if isinstance(error, DBAPIError) else None
    log.warning("database_refused", reason=kind(refused or error))
    return MhudError(Code.SERVICE_UNAVAILABLE, "the database can't take this now")
