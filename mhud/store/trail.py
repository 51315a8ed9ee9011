"""The audit trail: who did what, when and from where. Lines are added and read, never changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store import cursors
from mhud.store.schema import audit

_PLACE = re.compile(rb"a([0-9]{1,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`action` is a word such as `call.monitor.whisper`; `details` hold no number, name or note.

    `credential` is `user:5` (a token), `key:key-0a1b` or `login:login-2c3d` (a cookie).
    `id` counts the lines; None before it is kept.
    """

    at: datetime
    user_id: int
    username: str
    credential: str
    ip: str | None
    action: str
    subject_kind: str
    subject_id: str
    details: Mapping[str, Any] = field(default_factory=dict)
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which lines are asked for; None asks for all. `until` excludes; `call.*` is a family."""

    since: datetime | None = None
    until: datetime | None = None
    user: str | None = None
    action: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class TrailPage:
    deeds: tuple[Deed, ...]
    next_cursor: str | None


class TrailRepository:
    """Inside a transaction that the caller owns: a deed and its line are kept together or not."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add(self, deed: Deed) -> None:
        values = {name: getattr(deed, name) for name in audit.c.keys() if name != "id"}  # noqa: SIM118 - columns
        await self._tx.execute(insert(audit).values(**values))

    async def page(self, sought: Sought, *, limit: int, cursor: str | None = None) -> TrailPage:
        """Newest first. Raises MhudError INVALID for a cursor that is none of ours."""
        where = _where(sought)
        if cursor is not None:
            where.append(audit.c.id < _place(cursor))
        query = select(audit).where(*where).order_by(audit.c.id.desc()).limit(limit + 1)
        found = [Deed(**row._mapping) for row in await self._tx.execute(query)]
        more = _cursor(found[limit - 1]) if len(found) > limit else None
        return TrailPage(tuple(found[:limit]), more)


def _where(sought: Sought) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if sought.since is not None:
        where.append(audit.c.at >= sought.since)
    if sought.until is not None:
        where.append(audit.c.at < sought.until)
    if sought.user is not None:
        where.append(audit.c.username == sought.user)
    if sought.subject is not None:
        where.append(audit.c.subject_id == sought.subject)
    if sought.action is not None:
        where.append(_is_action(sought.action))
    return where


def _is_action(wanted: str) -> ColumnElement[bool]:
    family = wanted.removesuffix(".*")
    if family == wanted:
        return audit.c.action == wanted
    return or_(audit.c.action == family, audit.c.action.startswith(f"{family}.", autoescape=True))


def _cursor(deed: Deed) -> str:
    return cursors.printed(b"a%d" % (deed.id or 0))


def _place(cursor: str) -> int:
    found = _PLACE.fullmatch(cursors.read(cursor))
    if found is None:
        raise cursors.unknown()
    return int(found[1])
