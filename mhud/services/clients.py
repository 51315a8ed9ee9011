"""Helped people: finding, keeping and changing them. What is read is in the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mhud.clock import Clock
from mhud.errors import Code, MhudError, invalid, not_found
from mhud.ids import new_client_id
from mhud.numbers import Numbers
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.services.versions import Versions, require_version
from mhud.store.clients import Client as Client
from mhud.store.clients import ClientPage, ClientRepository, PhoneNumber, Sought
from mhud.store.database import Database, Tx
from mhud.store.names import folded_email, words

KIND = "client"
FEWEST_DIGITS = 3  # a query of fewer is no number
MOST_PHONES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientWish:
    """Who is to be kept. The first of `phones` is the one that is shown."""

    name: str = field(repr=False)
    phones: Sequence[str] = field(default=(), repr=False)
    email: str | None = field(default=None, repr=False)
    date_of_birth: date | None = field(default=None, repr=False)
    gender: str | None = field(default=None, repr=False)
    location: str | None = field(default=None, repr=False)
    language: str | None = field(default=None, repr=False)
    notes: str | None = field(default=None, repr=False)
    tags: Sequence[str] = field(default=(), repr=False)


class Clients:
    def __init__(
        self, db: Database, clock: Clock, numbers: Numbers, zone: ZoneInfo, trail: Trail
    ) -> None:
        self._db = db
        self._clock = clock
        self._numbers = numbers
        self._zone = zone
        self._trail = trail

    async def search(self, who: Principal, text: str, limit: int, cursor: str | None) -> ClientPage:
        """By newest contact. `text`: beginnings of name parts, a number, an e-mail address, an id.

        On record when it returns. Raises MhudError INVALID for a cursor that is none of ours.
        """
        sought = self.sought(text)
        async with self._db.read() as tx:
            found = await ClientRepository(tx).page(sought, limit=limit, cursor=cursor)
        looks = {client.id: client.version for client in found.clients}
        await self._trail.show(who, "client.search", KIND, looks)
        return found

    def sought(self, text: str) -> Sought:
        """What of a client `text` may be."""
        keys = self._keys(text)
        if keys:
            return Sought(phone_keys=keys)
        if "@" in text:
            return Sought(email=folded_email(text))
        return Sought(words=words(text), id=text.strip())

    def _keys(self, text: str) -> frozenset[str]:
        """In an address line a plus that was not escaped has become a space."""
        if sum(char.isdigit() for char in text) < FEWEST_DIGITS or any(map(str.isalpha, text)):
            return frozenset()
        spellings = (text, f"+{text.strip()}") if text[:1] == " " else (text,)
        return frozenset(key for one in spellings if (key := self._numbers.key(one)))

    async def one(self, who: Principal, client_id: str) -> Client:
        """Also one who was merged into another. Raises MhudError NOT_FOUND."""
        async with self._db.read() as tx:
            client = await ClientRepository(tx).get(client_id)
        if client is None:
            raise not_found(KIND, client_id)
        await self._trail.record(who, "client.read", client_id, KIND)
        return client

    async def add(self, who: Principal, wish: ClientWish) -> Client:
        """Raises MhudError INVALID."""
        now = self._clock.now()
        client = Client(
            id=new_client_id(),
            **self._stored(_values(wish)),
            created_by=who.user_id,
            created_at=now,
            updated_at=now,
        )
        async with self._db.write() as tx:
            await ClientRepository(tx).add(client)
            await self._trail.record_in(tx, who, "client.create", client.id, KIND)
        return client

    async def change(
        self,
        who: Principal,
        client_id: str,
        changes: Mapping[str, Any],
        versions: Versions = None,
    ) -> Client:
        """`changes` in the fields of a wish; None clears. `versions` are those that may go.

        Raises MhudError NOT_FOUND, GONE, INVALID or PRECONDITION_FAILED.
        """
        values = self._stored(changes)
        async with self._db.write() as tx:
            client = await living(tx, client_id)
            require_version(versions, client.version, "client")
            changed = replace(
                client, **values, updated_at=self._clock.now(), version=client.version + 1
            )
            await ClientRepository(tx).replace(changed)
            fields = sorted(changes)
            await self._trail.record_in(tx, who, "client.update", client_id, KIND, fields=fields)
        return changed

    async def merge(
        self,
        who: Principal,
        client_id: str,
        into: str,
        versions: Versions = None,
    ) -> Client:
        """Who stays, with all that the other had: what he lacks, numbers, contacts, cases.

        Raises MhudError NOT_FOUND, GONE, INVALID or PRECONDITION_FAILED.
        """
        if client_id == into:
            raise invalid("into", "must be another client")
        async with self._db.write() as tx:
            repository = ClientRepository(tx)
            gone, stays = await living(tx, client_id), await living(tx, into)
            require_version(versions, gone.version, "client")
            now = self._clock.now()
            merged = replace(_joined(stays, gone), updated_at=now, version=stays.version + 1)
            await repository.replace(merged)
            gone = replace(gone, merged_into=into, updated_at=now, version=gone.version + 1)
            await repository.replace(gone)
            moved = await repository.move(client_id, into, now)
            await self._trail.record_in(
                tx, who, "client.merge", client_id, KIND, into=into, moved=moved
            )
            await self._trail.record_in(tx, who, "client.update", into, KIND, merged=client_id)
        return merged

    def _stored(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Raises MhudError INVALID."""
        values = dict(changes)
        if "name" in values and not words(values["name"] or ""):
            raise invalid("name", "must have a letter or a digit")
        if "phones" in values:
            values["phones"] = self._phones(values["phones"] or ())
        if "tags" in values:
            values["tags"] = tuple(dict.fromkeys(values["tags"] or ()))
        if born := values.get("date_of_birth"):
            if born > self._clock.now().astimezone(self._zone).date():
                raise invalid("date_of_birth", "is in the future")
            values["date_of_birth"] = born.isoformat()
        return values

    def _phones(self, phones: Sequence[str]) -> tuple[PhoneNumber, ...]:
        """Each number once, in whatever spelling it came first."""
        found: dict[str, PhoneNumber] = {}
        for phone in phones:
            key = self._numbers.key(phone)
            if key is None:
                raise invalid("phone" if len(phones) == 1 else "phones", "is no phone number")
            found.setdefault(key, PhoneNumber(phone.strip(), key))
        return tuple(found.values())


async def living(tx: Tx, client_id: str) -> Client:
    """Raises MhudError NOT_FOUND, or GONE with `merged_into`, where he went."""
    client = await ClientRepository(tx).get(client_id)
    if client is None:
        raise not_found(KIND, client_id)
    if client.merged_into is not None:
        into = client.merged_into
        raise MhudError(Code.GONE, f"this client was merged into {into}", merged_into=into)
    return client


def _values(wish: ClientWish) -> dict[str, Any]:
    return {name: getattr(wish, name) for name in wish.__slots__}


def _joined(stays: Client, gone: Client) -> Client:
    """What both say differently, who stays says; of notes and tags nothing is lost."""
    known = {one.key for one in stays.phones}
    others = tuple(one for one in gone.phones if one.key not in known)
    dates = [one for one in (stays.last_contact, gone.last_contact) if one is not None]
    return replace(
        stays,
        phones=(*stays.phones, *others),
        email=stays.email or gone.email,
        date_of_birth=stays.date_of_birth or gone.date_of_birth,
        gender=stays.gender or gone.gender,
        location=stays.location or gone.location,
        language=stays.language or gone.language,
        notes="\n\n".join(text for text in (stays.notes, gone.notes) if text) or None,
        tags=tuple(dict.fromkeys((*stays.tags, *gone.tags))),
        last_contact=max(dates, default=None),
    )
