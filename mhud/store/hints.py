"""Which index a statement shall take, and which table comes first.

SQLAlchemy knows such hints, but not how SQLite says them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Join, Table, true
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.selectable import FromClause


class HintingCompiler(SQLiteCompiler):
    """For the dialect of an engine."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


def indexed(query: Any, table: Table, index: str) -> Any:
    """SQLite refuses the statement when there is no such index: a migration can't lose one."""
    return query.with_hint(table, f"INDEXED BY {index}", "sqlite")


class InOrder(Join):
    """Of two tables the left one is gone through, and the right one looked up for each row.

    SQLite takes CROSS JOIN for that; of other joins it chooses the order itself.
    """

    inherit_cache = True

    def __init__(self, left: FromClause, right: FromClause) -> None:
        super().__init__(left, right, true())


@compiles(InOrder)
def _cross_join(join: Any, compiler: Any, asfrom: bool = False, **more: Any) -> str:
    left, right = (compiler.process(one, asfrom=True, **more) for one in (join.left, join.right))
    return f"{left} CROSS JOIN {right}"
