"""What somebody sees of the cases, in parts that have no case in common.

For a list, a count or a sum: each part has an index that begins with it, while SQLite goes through
all cases where both rules stand in one condition.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from mhud.store.case_sight import Sight, visible
from mhud.store.schema_cases import cases

BY_ASSIGNED, BY_CREATOR = "assigned_user_id", "created_by"
Part = tuple[str, ColumnElement[bool]]
"""The column that its index begins with, empty for all cases; and the condition."""


def parts(sight: Sight) -> tuple[Part, ...]:
    """Together they are what `visible(sight)` is; none for who sees nothing."""
    if sight.all or sight.deleted or sight.also:
        return (("", visible(sight)),)
    assigned, here = cases.c.assigned_user_id, cases.c.deleted_at.is_(None)
    found: list[Part] = []
    if sight.user_id is not None:
        found.append((BY_ASSIGNED, and_(assigned == sight.user_id, here)))
        made = and_(cases.c.created_by == sight.user_id, here)
        others = assigned.is_distinct_from(sight.user_id)
        if sight.unassigned:
            others = and_(others, assigned.is_not(None))
        found.append((BY_CREATOR, and_(made, others)))
    if sight.unassigned:
        found.append((BY_ASSIGNED, and_(assigned.is_(None), here)))
    return tuple(found)
