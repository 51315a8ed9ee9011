"""Contacts with people: logged by their counsellor, or left by a call and completed by him."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mhud.errors import Code, MhudError, conflict, forbidden, invalid, not_found
from mhud.numbers import Numbers
from mhud.services.calls import Calls
from mhud.services.case_door import CaseDoor, is_id
from mhud.services.communication_keeping import KIND, Keeping
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.services.visibility import is_own, sees_all_numbers
from mhud.services.vocabulary import Vocabulary
from mhud.services.writing_up import WritingUp
from mhud.store.communications import LOGGED, CommunicationRepository
from mhud.store.communications import Communication as Communication
from mhud.store.database import Database, Tx

Wish = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The newest thousand, and how many there are."""

    communications: Sequence[Communication]
    total: int


class Communications:
    """A wish holds the fields that were sent, by column; in an update None clears one.

    On a case, who sees the case sees them. Others are their counsellor's own, and of those who
    oversee all cases.
    """

    def __init__(
        self,
        db: Database,
        door: CaseDoor,
        words: Vocabulary,
        calls: Calls,
        writing_up: WritingUp,
        trail: Trail,
        numbers: Numbers,
    ) -> None:
        self._db = db
        self._door = door
        self._words = words
        self._calls = calls
        self._writing_up = writing_up
        self._numbers = numbers
        self._trail = trail
        self._keeping = Keeping(door, trail)

    async def log(self, who: Principal, wish: Wish) -> Communication:
        """A new one; or, of a call that waits for him, that one, completed.

        Raises MhudError NOT_FOUND for a case that he does not see, INVALID, or CONFLICT
        when he has logged this call before.
        """
        call_id = wish.get("call_id")
        of_call = await self._of_call(who, call_id)
        values = self._values(wish)
        self._check_disposition(values)
        async with self._db.write() as tx:
            before = await _waiting(tx, who, call_id)
            if before is None:
                by_him = {"user_id": who.user_id, "created_by": who.user_id}
                values = {**of_call, **values, **by_him}
            found = await self._keeping.save(tx, who, before, values)
        self._shorten_wrap_up(who, found)
        return found

    async def change(self, who: Principal, ident: int, wish: Wish) -> Communication:
        """Completes one that waits, or corrects one that was logged.

        Raises MhudError NOT_FOUND, FORBIDDEN for another's, or INVALID.
        """
        values = self._values(wish)
        async with self._db.write() as tx:
            before = await self._seen(tx, who, ident)
            if not (_is_his(who, before) or _oversees(who)):
                raise forbidden("view_all_cases")
            new = {name: value for name, value in values.items() if getattr(before, name) != value}
            self._check_disposition(new)  # it keeps one that nobody gets any more
            if not new and before.state == LOGGED:
                return _shown(who, before)
            found = await self._keeping.save(tx, who, before, new)
        self._shorten_wrap_up(who, found)
        return _shown(who, found)

    async def one(self, who: Principal, ident: int) -> Communication:
        """On record when it returns. Raises MhudError NOT_FOUND."""
        async with self._db.read() as tx:
            found = await self._seen(tx, who, ident)
        if found.case_id is not None:
            await self._door.find(who, found.case_id, part="communications")
        else:
            await self._trail.record(who, "communication.read", str(ident), KIND)
        return _shown(who, found)

    async def of_case(self, who: Principal, case_id: int) -> Found:
        """Newest first; on record when it returns. Raises MhudError NOT_FOUND."""
        await self._door.find(who, case_id, part="communications")
        async with self._db.read() as tx:
            return Found(*await CommunicationRepository(tx).of_case(case_id))

    async def pending(self, who: Principal) -> Found:
        """His own; of who oversees all cases, everybody's. Newest first.

        On record when it returns.
        """
        whose = None if _oversees(who) else who.user_id
        async with self._db.read() as tx:
            found, total = await CommunicationRepository(tx).pending(whose)
        shown = [_shown(who, one) for one in found]
        await self._trail.show(who, "communication.list", KIND, {one.id: one for one in shown})
        return Found(shown, total)

    async def codes(self, call_ids: Collection[str]) -> dict[str, str]:
        """The disposition of each of these calls that has one; that which was logged last.

        None while the database can't be read: what is known of the calls themselves goes out.
        """
        if not call_ids:
            return {}
        try:
            async with self._db.read() as tx:
                return await CommunicationRepository(tx).codes(call_ids)
        except MhudError:  # the database has logged it, and turns health red
            return {}

    async def _of_call(self, who: Principal, call_id: str | None) -> dict[str, Any]:
        """Raises MhudError INVALID."""
        if call_id is None:
            return {}
        call = await self._calls.named("call_id", call_id)
        if not (is_own(who.agent_id, call) or _oversees(who)):
            raise invalid("call_id", "is no call of yours")
        return {"agent_id": who.agent_id, "queue_id": call.queue_id}

    def _check_disposition(self, values: Wish) -> None:
        """Raises MhudError INVALID."""
        if values.get("disposition_id") is not None:
            self._words.disposition(values["disposition_id"])

    def _values(self, wish: Wish) -> dict[str, Any]:
        values = dict(wish)
        if "contact_address" in values:
            values["contact_key"] = self._numbers.key(values["contact_address"])
        return values

    async def _seen(self, tx: Tx, who: Principal, ident: int) -> Communication:
        """Raises MhudError NOT_FOUND."""
        found = await CommunicationRepository(tx).one(ident) if is_id(ident) else None
        if found is None or not await self._sees(tx, who, found):
            raise not_found(KIND, "")
        return found

    async def _sees(self, tx: Tx, who: Principal, found: Communication) -> bool:
        if found.case_id is None:
            return _is_his(who, found) or _oversees(who)
        try:
            await self._door.seen_in(tx, who, found.case_id)
        except MhudError as error:
            if error.code is not Code.NOT_FOUND:
                raise
            return False
        return True

    def _shorten_wrap_up(self, who: Principal, found: Communication) -> None:
        if found.call_id is not None:
            self._writing_up.shorten(who, found.call_id)


async def _waiting(tx: Tx, who: Principal, call_id: str | None) -> Communication | None:
    """What the call left to him. Raises MhudError CONFLICT when he has logged it."""
    if call_id is None:
        return None
    known = await CommunicationRepository(tx).of_call(call_id, who.user_id)
    if known is not None and known.state == LOGGED:
        raise conflict("you have logged this call", communication_id=known.id)
    return known


def _is_his(who: Principal, found: Communication) -> bool:
    return who.user_id in (found.user_id, found.created_by)


def _oversees(who: Principal) -> bool:
    return who.may("view_all_cases", None)


def _shown(who: Principal, found: Communication) -> Communication:
    """Numbers are for whose contact it was, who sees its case, and who sees all numbers."""
    if found.case_id is not None or _is_his(who, found) or sees_all_numbers(who):
        return found
    return replace(found, contact_address=None, contact_key=None)
