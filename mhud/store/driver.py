"""The one way to the file: sqlite3 opens a plain database, SQLCipher an encrypted one.

Nobody else connects. The key is given by a call, never as SQL, so that no error can quote it.
"""

from __future__ import annotations

import importlib
import sqlite3
import threading
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi

if TYPE_CHECKING:
    from mhud.store.key import DatabaseKey


def _installed() -> ModuleType | None:
    try:
        return importlib.import_module("sqlcipher3.dbapi2")
    except ImportError:  # no wheel for this machine
        return None


_sqlcipher = _installed()
WAIT_S = 5.0
HEADER = b"SQLite format 3\0"  # with it a plain file begins; an encrypted one is noise
Errors = tuple[type[Exception], ...]
ERRORS: Errors = (sqlite3.Error,) if _sqlcipher is None else (sqlite3.Error, _sqlcipher.Error)
_ADAPTED = (
    "DatabaseError",
    "Error",
    "IntegrityError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "sqlite_version",
    "sqlite_version_info",
)


class StoreError(Exception):
    """The database can't be used as it is; the text says why, and what to do."""


TROUBLES: Errors = (*ERRORS, StoreError, OSError)  # all that opening a database can raise


def module(key: DatabaseKey | None) -> ModuleType:
    """Raises StoreError where SQLCipher is needed and is not there."""
    return sqlite3 if key is None else _cipher()


def _cipher() -> ModuleType:
    if _sqlcipher is None:
        raise StoreError(
            "the database is encrypted, or shall be, and the package sqlcipher3 is not installed: "
            "pip install 'sqlcipher3>=0.6.2' (without a wheel for this machine it has to be built, "
            'see docs/encryption.md). store.encryption = "off" makes a new database without it.'
        )
    return _sqlcipher


def connect(
    path: Path,
    key: DatabaseKey | None,
    *,
    read_only: bool = False,
    cipher: bool = False,
    wait_s: float | None = None,
) -> sqlite3.Connection:
    """In autocommit: transactions are the caller's to begin. Blocks.

    `cipher`: SQLCipher opens a plain one, too, so that it can copy it into an encrypted one.
    A wrong key is seen by the first statement. Raises StoreError, or one of ERRORS.
    """
    where = f"{path.absolute().as_uri()}?mode=ro" if read_only else str(path)
    driver = _cipher() if cipher else module(key)
    connection = _made(driver, where, key, uri=read_only, timeout=wait_s or WAIT_S)
    connection.isolation_level = None
    return connection


def connector(path: Path, key: DatabaseKey | None) -> Callable[[], Coroutine[Any, Any, Any]]:
    """For SQLAlchemy's `async_creator`."""

    async def create() -> aiosqlite.Connection:
        made = aiosqlite.Connection(lambda: connect(path, key), 64)
        thread = made if isinstance(made, threading.Thread) else made._thread
        thread.daemon = True  # a connection left open must not keep the process
        return await made

    return create


def adapted(key: DatabaseKey | None) -> AsyncAdapt_aiosqlite_dbapi:
    """For SQLAlchemy's `module`: it wraps only errors that it knows to be the driver's."""
    driver = module(key)
    made = AsyncAdapt_aiosqlite_dbapi(aiosqlite, driver)
    for name in _ADAPTED:
        setattr(made, name, getattr(driver, name))
    return made


def opens(path: Path, key: DatabaseKey | None) -> bool:
    """Whether this is the key. Raises StoreError for another trouble."""
    try:
        with closing(connect(path, key, read_only=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except ERRORS as error:
        if is_no_database(error):
            return False
        raise StoreError(f"{path} can't be opened: {error}") from error
    return True


def is_no_database(error: Exception) -> bool:
    """What both say of noise: a wrong key, another kind of file, or the first page is damaged."""
    return getattr(error, "sqlite_errorname", None) == "SQLITE_NOTADB"


def is_plain(path: Path) -> bool:
    """Whether the file is a database that anybody can read. Raises OSError."""
    return _begin(path) == HEADER


def is_fresh(path: Path) -> bool:
    """Whether there is nothing yet. Raises OSError."""
    return _begin(path) == b""


def _begin(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(HEADER))
    except FileNotFoundError:
        return b""


def _made(
    driver: ModuleType, where: str, key: DatabaseKey | None, **options: Any
) -> sqlite3.Connection:
    factory = _factory(driver)
    connection = driver.connect(where, check_same_thread=False, factory=factory, **options)
    if key is not None:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it writes to stderr by itself
        connection.set_key(f"x'{key.digits}'")  # as it is: nothing is derived from 256 random bits
    return cast(sqlite3.Connection, connection)


def _factory(driver: ModuleType) -> type[Any]:
    """A cancelled task leaves a statement half read, and with it a closed connection would live on
    as a zombie that holds the writer's lock."""
    base: Any = driver.Connection

    def close(self: Any) -> None:
        if self.in_transaction:
            self.rollback()
        base.close(self)

    return type("Connection", (base,), {"close": close})
