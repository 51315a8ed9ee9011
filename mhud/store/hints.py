"""Which index a statement shall take. SQLAlchemy knows such hints, but not how SQLite says them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.sql.selectable import FromClause


class HintingCompiler(SQLiteCompiler):
    """For the dialect of an engine."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


def indexed(query: Any, table: Table, index: str) -> Any:
    """SQLite refuses the statement when there is no such index: a migration can't lose one."""
    return query.with_hint(table, f"INDEXED BY {index}", "sqlite")
