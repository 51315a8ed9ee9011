"""Helped people: who they are, how they are found, and what is merged when one was kept twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store import cursors
from mhud.store.names import folded, folded_email, words
from mhud.store.schema_cases import cases
from mhud.store.schema_contacts import (
    callbacks,
    client_phones,
    client_sessions,
    client_words,
    clients,
    communications,
)
from mhud.store.types import UtcDateTime

LAST = "\U0010ffff"  # after each text that goes on
_FIELDS = (
    "id", "name", "email", "date_of_birth", "gender", "location", "language", "notes", "tags",
    "created_by", "created_at", "updated_at", "last_contact", "merged_into", "version",
)  # fmt: skip
_NEWEST = func.coalesce(clients.c.last_contact, clients.c.created_at, type_=UtcDateTime)
HERE = (clients.c.merged_into.is_(None), clients.c.deleted_at.is_(None))
OURS = (cases, client_sessions, communications, callbacks)  # what names a client


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """As given; `key` is how it is compared."""

    phone: str = field(repr=False)
    key: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """`version` is the ETag. `date_of_birth` is ISO. `repr` shows nothing of the person."""

    id: str
    name: str = field(repr=False)
    phones: tuple[PhoneNumber, ...] = field(default=(), repr=False)
    email: str | None = field(default=None, repr=False)
    date_of_birth: str | None = field(default=None, repr=False)
    gender: str | None = field(default=None, repr=False)
    location: str | None = field(default=None, repr=False)
    language: str | None = field(default=None, repr=False)
    notes: str | None = field(default=None, repr=False)
    tags: tuple[str, ...] = field(default=(), repr=False)
    created_by: int
    created_at: datetime
    updated_at: datetime
    last_contact: datetime | None = None
    merged_into: str | None = None
    version: int = 1

    @property
    def phone(self) -> str | None:
        return self.phones[0].phone if self.phones else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Who matches any of what is set: all beginnings of name parts, a number, an address, an id."""

    words: tuple[str, ...] = field(default=(), repr=False)
    phone_keys: frozenset[str] = field(default=frozenset(), repr=False)
    email: str | None = field(default=None, repr=False)
    id: str | None = None


@dataclass(frozen=True, slots=True)
class ClientPage:
    """`total` counts all who match."""

    clients: tuple[Client, ...]
    total: int
    next_cursor: str | None


class ClientRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add(self, client: Client) -> None:
        values = {name: getattr(client, name) for name in _FIELDS}
        await self._tx.execute(insert(clients).values(**values, **_keys(client)))
        await self._keep_parts(client, {})

    async def replace(self, client: Client) -> None:
        """All of it, under its id. A number that he has already stays as old as it is."""
        values = {name: getattr(client, name) for name in _FIELDS if name != "id"}
        statement = update(clients).where(clients.c.id == client.id)
        await self._tx.execute(statement.values(**values, **_keys(client)))
        added = await self._added(client.id)
        await self.forget_parts([client.id])
        await self._keep_parts(client, added)

    async def get(self, client_id: str) -> Client | None:
        """Also who was merged into another."""
        here = clients.c.deleted_at.is_(None)
        found = await self._read(select(clients).where(clients.c.id == client_id, here))
        return found[0] if found else None

    async def with_number(self, phone_key: str, limit: int) -> tuple[Client, ...]:
        """Who may be calling, by newest contact."""
        where = (*HERE, clients.c.id.in_(_with_phone(frozenset({phone_key}))))
        query = select(clients).where(*where).order_by(_NEWEST.desc(), clients.c.id.desc())
        return await self._read(query.limit(limit))

    async def page(self, sought: Sought, *, limit: int, cursor: str | None) -> ClientPage:
        """By newest contact. Raises MhudError INVALID for a cursor that is none of ours."""
        where = [*HERE, _matches(sought)]
        total = await self._tx.scalar(select(func.count()).select_from(clients).where(*where))
        if cursor is not None:
            at, client_id = cursors.time_and_id(cursor)
            place = tuple_(literal(at, UtcDateTime), literal(client_id))
            where.append(tuple_(_NEWEST, clients.c.id) < place)
        query = select(clients).where(*where).order_by(_NEWEST.desc(), clients.c.id.desc())
        found = await self._read(query.limit(limit + 1))
        more = _cursor(found[limit - 1]) if len(found) > limit else None
        return ClientPage(found[:limit], total or 0, more)

    async def touch(self, client_id: str, at: datetime) -> None:
        """There was a contact; an older one than the last changes nothing. No change of version."""
        last = clients.c.last_contact
        older = or_(last.is_(None), last < at)
        statement = update(clients).where(clients.c.id == client_id, older)
        await self._tx.execute(statement.values(last_contact=at))

    async def move(self, old_id: str, new_id: str, at: datetime) -> dict[str, int]:
        """All that names the one names the other from now on; how many rows of each table."""
        moved = {}
        for table in OURS:
            values = {"client_id": new_id, **({"client_since": at} if table is cases else {})}
            statement = update(table).where(table.c.client_id == old_id).values(**values)
            moved[str(table.name)] = (await self._tx.execute(statement)).rowcount
        earlier = update(clients).where(clients.c.merged_into == old_id)
        await self._tx.execute(earlier.values(merged_into=new_id))
        return moved

    async def forget_parts(self, client_ids: Sequence[str]) -> None:
        """Of them: numbers, and the words that they are found by."""
        for table in (client_phones, client_words):
            await self._tx.execute(delete(table).where(table.c.client_id.in_(client_ids)))

    async def _added(self, client_id: str) -> dict[str | None, datetime]:
        """When he got each number, by its key."""
        query = select(client_phones.c.phone_key, client_phones.c.added_at)
        rows = await self._tx.execute(query.where(client_phones.c.client_id == client_id))
        return {row.phone_key: row.added_at for row in rows}

    async def _keep_parts(self, client: Client, added: Mapping[str | None, datetime]) -> None:
        """Who was merged into another is not found any more."""
        phones = [
            {
                "client_id": client.id,
                "position": place,
                "phone": one.phone,
                "phone_key": one.key,
                "added_at": added.get(one.key, client.updated_at),
            }
            for place, one in enumerate(client.phones)
        ]
        if phones:
            await self._tx.execute(insert(client_phones), phones)
        parts = [{"client_id": client.id, "word": word} for word in words(client.name)]
        if parts:
            await self._tx.execute(insert(client_words), parts)

    async def _read(self, query: Any) -> tuple[Client, ...]:
        rows = (await self._tx.execute(query)).all()
        phones = await self._phones([row.id for row in rows])
        return tuple(_client(row, phones.get(row.id, ())) for row in rows)

    async def _phones(self, ids: Iterable[str]) -> Mapping[str, tuple[PhoneNumber, ...]]:
        found: dict[str, tuple[PhoneNumber, ...]] = {}
        query = select(client_phones).where(client_phones.c.client_id.in_(list(ids)))
        for row in await self._tx.execute(query.order_by(client_phones.c.position)):
            number = PhoneNumber(row.phone, row.phone_key)
            found[row.client_id] = (*found.get(row.client_id, ()), number)
        return found


def _keys(client: Client) -> dict[str, str | None]:
    email = client.email
    return {
        "name_key": folded(client.name),
        "email_key": folded_email(email) if email else None,
    }


def _client(row: Row[Any], phones: tuple[PhoneNumber, ...]) -> Client:
    values = {name: row._mapping[name] for name in _FIELDS}
    return Client(**{**values, "tags": tuple(row.tags)}, phones=phones)


def _matches(sought: Sought) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    if sought.words:
        ways.append(_and(clients.c.id.in_(_with_word(word)) for word in sought.words))
    if sought.phone_keys:
        ways.append(clients.c.id.in_(_with_phone(sought.phone_keys)))
    if sought.email is not None:
        ways.append(_begins(clients.c.email_key, sought.email))
    if sought.id is not None:
        ways.append(clients.c.id == sought.id)
    return or_(*ways) if ways else literal(value=False)


def _and(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *others = conditions
    for other in others:
        first = first & other
    return first


def _with_word(beginning: str) -> Any:
    return select(client_words.c.client_id).where(_begins(client_words.c.word, beginning))


def _with_phone(keys: frozenset[str]) -> Any:
    return select(client_phones.c.client_id).where(client_phones.c.phone_key.in_(sorted(keys)))


def _begins(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """As a range, for which an index is good whatever collation LIKE would want."""
    return (column >= text) & (column < text + LAST)


def _cursor(client: Client) -> str:
    return cursors.of(client.last_contact or client.created_at, client.id)
