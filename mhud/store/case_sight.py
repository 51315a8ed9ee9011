"""Which cases somebody sees. The one place of this rule in SQL: every read of cases asks here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_

from mhud.store.schema_cases import cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """`user_id`: he sees those that he created or is assigned; None sees no case of his own.

    `all` sees every case, `unassigned` also those that nobody is assigned, `also` these besides,
    by id: they are for opening a case, never for lists and counts. Nobody sees a deleted one;
    with `deleted`, who may restore them sees those and no other.
    """

    user_id: int | None
    all: bool = False
    unassigned: bool = False
    also: frozenset[int] = frozenset()
    deleted: bool = False


NOTHING = Sight(user_id=None)


def visible(sight: Sight) -> ColumnElement[bool]:
    """For the `where` of a statement over `cases`, or over what is joined with it."""
    gone = cases.c.deleted_at
    there = gone.is_not(None) if sight.deleted else gone.is_(None)
    return there if sight.all else and_(there, _own(sight))


def _own(sight: Sight) -> ColumnElement[bool]:
    reasons: list[ColumnElement[bool]] = []
    if sight.user_id is not None:
        reasons.append(cases.c.created_by == sight.user_id)
        reasons.append(cases.c.assigned_user_id == sight.user_id)
    if sight.unassigned:
        reasons.append(cases.c.assigned_user_id.is_(None))
    if sight.also:
        reasons.append(cases.c.id.in_(sorted(sight.also)))
    return or_(*reasons) if reasons else false()
