"""People who are to be called back: a list that counsellors share, until one of them takes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mhud.clock import Clock
from mhud.errors import conflict, forbidden, invalid, not_found
from mhud.ids import new_callback_id
from mhud.live.model import Call, Direction
from mhud.numbers import Numbers
from mhud.services.access import Access
from mhud.services.calls import Calls
from mhud.services.case_door import CaseDoor
from mhud.services.case_rights import number_of
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.services.versions import Versions, require_version
from mhud.services.visibility import numbers_visible, sees_all_numbers
from mhud.store.callbacks import Callback as Callback
from mhud.store.callbacks import CallbackPage as CallbackPage
from mhud.store.callbacks import CallbackRepository
from mhud.store.callbacks import Wanted as Wanted
from mhud.store.cases import CaseRepository
from mhud.store.database import Database, Tx
from mhud.store.missed import MissedCaller as MissedCaller
from mhud.store.missed import MissedPage as MissedPage
from mhud.store.missed import MissedRepository

KIND = "callback"
OPEN = "open"  # the others: done, cancelled
Wish = Mapping[str, Any]


class Callbacks:
    """Everybody sees those that nobody took, without numbers; his own with them.

    Who oversees all cases sees all. A wish holds the fields that were sent, by column.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        door: CaseDoor,
        calls: Calls,
        access: Access,
        trail: Trail,
        numbers: Numbers,
    ) -> None:
        self._db = db
        self._clock = clock
        self._door = door
        self._calls = calls
        self._access = access
        self._trail = trail
        self._numbers = numbers

    async def add(self, who: Principal, wish: Wish) -> Callback:
        """Without `phone` to the number of the call that is named.

        Raises MhudError NOT_FOUND, INVALID, FORBIDDEN or CONFLICT: who gave up is on the list.
        """
        at = self._clock.now()
        asked = await self._named(wish)
        self._check_assignee(who, None, wish.get("assigned_user_id"))
        phone = wish.get("phone") or _number_of(who, asked)
        queue_id = asked.queue_id if asked else None
        values = {"priority": "medium", "due_at": at, "queue_id": queue_id, **wish}
        callback = Callback(
            id=new_callback_id(),
            status=OPEN,
            **{**values, "phone": phone, "phone_key": self._key(phone)},
            created_by=who.user_id,
            created_at=at,
            updated_at=at,
        )
        async with self._db.write() as tx:
            await self._check_subjects(tx, who, wish)
            if not wish.get("phone") and asked is not None and _is_given_up(asked):
                await _refuse_twice(tx, callback)
            await CallbackRepository(tx).add(callback)
            await self._trail.record_in(tx, who, "callback.create", callback.id, KIND)
        return callback

    async def change(
        self, who: Principal, ident: str, wish: Wish, versions: Versions = None
    ) -> Callback:
        """Raises MhudError NOT_FOUND, FORBIDDEN, INVALID, CONFLICT or PRECONDITION_FAILED."""
        await self._named(wish)
        async with self._db.write() as tx:
            before = await _seen(tx, who, ident)
            require_version(versions, before.version, "callback")
            new = {name: value for name, value in wish.items() if getattr(before, name) != value}
            if "assigned_user_id" in new:
                self._check_assignee(who, before.assigned_user_id, new["assigned_user_id"])
            _check_status(before, new.get("status"))
            if not new:
                return _shown(who, before)
            await self._check_subjects(tx, who, new)
            new |= {"updated_at": self._clock.now()}
            if "phone" in new:
                new["phone_key"] = self._key(new["phone"])
            await CallbackRepository(tx).change(before, new)
            await self._trail.record_in(
                tx, who, "callback.update", ident, KIND, fields=sorted(wish)
            )
        return _shown(who, replace(before, **new, version=before.version + 1))

    async def one(self, who: Principal, ident: str) -> Callback:
        """On record when it returns. Raises MhudError NOT_FOUND."""
        async with self._db.read() as tx:
            found = await _seen(tx, who, ident)
        await self._trail.record(who, "callback.read", ident, KIND)
        return _shown(who, found)

    async def page(
        self, who: Principal, wanted: Wanted, limit: int, cursor: str | None
    ) -> CallbackPage:
        """First what is due first; on record when it returns.

        Raises MhudError INVALID for a cursor that is none of ours.
        """
        if not _oversees(who):
            wanted = replace(wanted, seen_by=who.user_id)
        async with self._db.read() as tx:
            found = await CallbackRepository(tx).page(wanted, limit=limit, cursor=cursor)
        shown = tuple(_shown(who, one) for one in found.callbacks)
        await self._trail.show(who, "callback.list", KIND, {one.id: one for one in shown})
        return replace(found, callbacks=shown)

    async def missed(
        self, who: Principal, queue_id: str | None, untaken: bool, limit: int, cursor: str | None
    ) -> MissedPage:
        """Callers whom nobody has talked with since they called in vain, one of each.

        Who has waited longest first; on record when it returns. The number is only for who sees
        all: the others take one by a callback to his call.

        Raises MhudError INVALID for a cursor that is none of ours.
        """
        async with self._db.read() as tx:
            found = await MissedRepository(tx).page(queue_id, untaken, limit=limit, cursor=cursor)
        sees = sees_all_numbers(who)
        shown = tuple(one if sees else replace(one, phone=None) for one in found.callers)
        looks = {one.call_id: one for one in shown}
        await self._trail.show(who, "callback.missed", KIND, looks)
        return replace(found, callers=shown)

    # ---- what both need

    async def _named(self, wish: Wish) -> Call | None:
        """Who asked for it. Raises MhudError INVALID for a call that there is not."""
        if wish.get("done_call_id") is not None:
            await self._calls.named("done_call_id", wish["done_call_id"])
        if wish.get("call_id") is None:
            return None
        return await self._calls.named("call_id", wish["call_id"])

    def _key(self, phone: str) -> str:
        """Raises MhudError INVALID for what nobody could dial."""
        key = self._numbers.key(phone)
        if key is None:
            raise invalid("phone", "must be a phone number")
        return key

    def _check_assignee(self, who: Principal, holder: int | None, wished: int | None) -> None:
        """One takes what nobody has, and gives back his own; who oversees gives to anybody."""
        if holder not in (None, who.user_id) and not _oversees(who):
            raise conflict("somebody else has taken this callback")
        if wished is None or wished == who.user_id:
            return
        user = self._access.known.users.get(wished)
        if user is None or user.disabled:
            raise invalid("assigned_user_id", "is nobody who can call back")
        if not _oversees(who):
            raise forbidden("view_all_cases")

    async def _check_subjects(self, tx: Tx, who: Principal, wish: Wish) -> None:
        if wish.get("case_id") is not None:
            await self._door.seen_in(tx, who, wish["case_id"])
        client_id = wish.get("client_id")
        if client_id is not None and not await CaseRepository(tx).is_client(client_id):
            raise invalid("client_id", "is no client")


async def _seen(tx: Tx, who: Principal, ident: str) -> Callback:
    """Raises MhudError NOT_FOUND."""
    found = await CallbackRepository(tx).get(ident)
    if found is None or not (_oversees(who) or _is_his(who, found) or _is_free(found)):
        raise not_found(KIND, ident)
    return found


def _number_of(who: Principal, call: Call | None) -> str:
    """Whose own the call was not may have its number only where nobody took the call.

    Raises MhudError INVALID or FORBIDDEN.
    """
    number = number_of(call) if call else None
    if call is None or number is None:
        raise invalid("phone", "is needed")
    if not _is_given_up(call) and not numbers_visible(who, call):
        raise forbidden("monitor_calls")
    return number


def _is_given_up(call: Call) -> bool:
    return call.is_over and not call.talks and call.direction is Direction.INBOUND


async def _refuse_twice(tx: Tx, callback: Callback) -> None:
    """Two who take a caller in the same moment would both call him. Raises MhudError CONFLICT."""
    found = await CallbackRepository(tx).open_to(callback.phone_key)
    if found is not None:
        text = "this caller is on the list of callbacks already"
        raise conflict(text, reason="listed", callback_id=found)


def _check_status(before: Callback, after: str | None) -> None:
    """What is over may be opened again. Raises MhudError CONFLICT."""
    if after in (None, before.status) or OPEN in (before.status, after):
        return
    raise conflict(f"a callback that is {before.status} can't become {after}", status=before.status)


def _is_his(who: Principal, found: Callback) -> bool:
    return who.user_id in (found.assigned_user_id, found.created_by)


def _is_free(found: Callback) -> bool:
    return found.assigned_user_id is None


def _oversees(who: Principal) -> bool:
    return who.may("view_all_cases", None)


def _shown(who: Principal, found: Callback) -> Callback:
    """The number is for who calls it, or asked for it; and for who sees all numbers."""
    if _is_his(who, found) or sees_all_numbers(who):
        return found
    return replace(found, phone=None, phone_key=None)
