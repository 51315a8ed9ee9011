"""Several statements in one go: plain SQL, in the thread that the database's connection lives in.

For the few writes that come often. Through SQLAlchemy each statement goes to that thread and back
three times, which costs more than SQLite's own work (ADR 0009). The transaction is SQLAlchemy's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Column, Table
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store import driver

T = TypeVar("T")
_DIALECT = SQLiteDialect()


async def in_one_go(tx: AsyncConnection, work: Callable[[sqlite3.Connection], T]) -> T:
    """`work` gets the connection in the transaction of `tx`, and neither begins nor ends it.

    Raises what SQLAlchemy would: its errors, for the driver's own.
    """
    fairy = await tx.get_raw_connection()
    connection: Any = fairy.driver_connection
    try:
        # aiosqlite's own way into its thread, which each of its calls goes
        done: T = await connection._execute(work, connection._conn)
    except driver.ERRORS as error:
        raise as_sqlalchemys(error) from error
    return done


def as_sqlalchemys(error: Exception) -> Exception:
    """The driver's error as SQLAlchemy would raise it; another one as it is."""
    if not isinstance(error, driver.ERRORS):
        return error
    return DBAPIError.instance(None, None, error, Exception, hide_parameters=True)


def is_refused(error: Exception) -> bool:
    """By the database as a whole, and not because of what was written."""
    return isinstance(error, driver.ERRORS) and not isinstance(
        as_sqlalchemys(error), IntegrityError
    )


class Insertion:
    """Whole rows of one table, by the names of its columns; what is missing is NULL or default."""

    def __init__(self, table: Table) -> None:
        columns = [column for column in table.columns if not _counts_up(table, column)]
        names, marks = ", ".join(column.name for column in columns), ", ".join("?" * len(columns))
        self._sql = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - no value
        self._columns = [(column.name, _default(column), _bind(column)) for column in columns]
        self._names = frozenset(column.name for column in columns)

    def __call__(self, connection: sqlite3.Connection, values: Mapping[str, Any]) -> int:
        """The new row's id. Raises KeyError for a column that the table does not have."""
        if unknown := values.keys() - self._names:
            raise KeyError(*sorted(unknown))
        row = [bind(values.get(name, default)) for name, default, bind in self._columns]
        return connection.execute(self._sql, row).lastrowid or 0


def _counts_up(table: Table, column: Column[Any]) -> bool:
    return column is table.autoincrement_column


def _default(column: Column[Any]) -> Any:
    default = column.default
    return getattr(default, "arg", None) if default is not None and default.is_scalar else None


def _bind(column: Column[Any]) -> Callable[[Any], Any]:
    """As SQLAlchemy stores this type."""
    return column.type.dialect_impl(_DIALECT).bind_processor(_DIALECT) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
