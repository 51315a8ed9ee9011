"""Who may be calling. Candidates only: a family shares its phone, and nothing is opened by itself.

The one on the family's phone may be the one who harms.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mhud.errors import forbidden, invalid
from mhud.live.model import Call
from mhud.live.state import LiveState
from mhud.numbers import Numbers
from mhud.services import case_rights
from mhud.services.calls import Calls
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.services.visibility import numbers_visible
from mhud.store.cases import CaseRepository, Sight
from mhud.store.client_lookup import CaseBrief, LookupRepository
from mhud.store.clients import Client, ClientRepository
from mhud.store.database import Database, Tx

MOST = 50  # clients who share a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """`earlier_contacts` without the call that is going on."""

    client: Client
    open_cases: tuple[CaseBrief, ...]
    earlier_contacts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`other_cases` were reported from the number and name no client."""

    candidates: tuple[Candidate, ...] = ()
    other_cases: tuple[CaseBrief, ...] = ()
    earlier_contacts: int = 0


@dataclass(frozen=True, slots=True)
class _Asked:
    key: str | None = field(repr=False)
    call: Call | None  # that the asker is in, if this is its number


class ClientLookup:
    def __init__(
        self, db: Database, live: LiveState, numbers: Numbers, calls: Calls, trail: Trail
    ) -> None:
        self._db = db
        self._live = live
        self._numbers = numbers
        self._calls = calls
        self._trail = trail

    async def by_number(self, who: Principal, phone: str) -> Found:
        """Nobody for a withheld number. On record when it returns."""
        return await self._find(who, self._numbers.key(phone))

    async def by_call(self, who: Principal, call_id: str) -> Found:
        """Raises MhudError NOT_FOUND, or FORBIDDEN for a call whose number is not his to read."""
        call = await self._calls.one(call_id)
        if not numbers_visible(who, call):
            raise forbidden("monitor_calls")
        return await self._find(who, self._numbers.key(case_rights.number_of(call)))

    async def by(self, who: Principal, phone: str | None, call_id: str | None) -> Found:
        """Exactly one of them. Raises MhudError INVALID, and as the others do."""
        if (phone is None) == (call_id is None):
            raise invalid("phone", "give either this or call_id")
        if phone is not None:
            return await self.by_number(who, phone)
        return await self.by_call(who, call_id or "")

    async def _find(self, who: Principal, key: str | None) -> Found:
        if key is None:
            return Found()
        call = self._own_call(who, key)
        async with self._db.read() as tx:
            found = await self._candidates(tx, who, key, call)
        shown = [one.client.id for one in found.candidates]
        cases = [case.id for one in found.candidates for case in one.open_cases]
        cases += [case.id for case in found.other_cases]
        how = {"via": "call-context", "call_id": call.id} if call else {}
        await self._trail.record(
            who, "client.lookup", "clients", "client", clients=shown, cases=cases, **how
        )
        return found

    def _own_call(self, who: Principal, key: str) -> Call | None:
        """The call that he is in or writes up, if it is with this number."""
        call = case_rights.call_in_hand(self._live, who)
        if call is None or self._numbers.key(case_rights.number_of(call)) != key:
            return None
        return call

    async def _candidates(self, tx: Tx, who: Principal, key: str, call: Call | None) -> Found:
        sight = case_rights.sight(who)
        if call is not None:
            suggested = await CaseRepository(tx).suggested_by(key, call.start_time)
            sight = case_rights.opened(who, suggested)
        return await _found(tx, key, sight, call.id if call else None)


async def _found(tx: Tx, key: str, sight: Sight, but_call: str | None) -> Found:
    clients = await ClientRepository(tx).with_number(key, MOST)
    ids = [client.id for client in clients]
    known = LookupRepository(tx)
    cases = await known.open_cases(ids, sight)
    contacts = await known.contacts(ids, but_call)
    candidates = (
        Candidate(
            client=client,
            open_cases=tuple(case for case in cases if case.client_id == client.id),
            earlier_contacts=contacts.get(client.id, 0),
        )
        for client in clients
    )
    return Found(
        candidates=tuple(candidates),
        other_cases=tuple(await known.reported_by(key, sight)),
        earlier_contacts=await known.calls_of(key, but_call),
    )
