"""Cases as they are opened, listed and written into: what all who touch one begin with.

A case that the principal may not see does not exist for him: NOT_FOUND.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mhud.clock import Clock
from mhud.errors import MhudError, forbidden
from mhud.errors import not_found as nothing_called
from mhud.live.state import LiveState
from mhud.numbers import Numbers
from mhud.services import case_events, case_rights, tellings
from mhud.services.case_changes import Told
from mhud.services.case_words import ActivityType
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.store.activities import ActivityRepository, Entry, History
from mhud.store.cases import Case, CasePage, CaseRepository, Sight
from mhud.store.cases import Wanted as Wanted
from mhud.store.database import Database, Tx

ACTIVITIES = 1000  # of one case that are given at once
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Seen:
    """`call_id`: seen only because the number of this call suggests it."""

    case: Case
    call_id: str | None = None

    @property
    def how(self) -> dict[str, str]:
        """For the audit line."""
        return {"via": "call-context", "call_id": self.call_id} if self.call_id else {}


class CaseDoor:
    def __init__(
        self, clock: Clock, db: Database, live: LiveState, trail: Trail, numbers: Numbers
    ) -> None:
        self._clock = clock
        self._db = db
        self._live = live
        self._trail = trail
        self._numbers = numbers

    async def find(self, principal: Principal, case_id: int, part: str = "case") -> Case:
        """Opens it, which is on record when it returns; `part` says what of it is read.

        Raises MhudError NOT_FOUND or SERVICE_UNAVAILABLE.
        """
        async with self._db.read() as tx:
            seen = await self.seen_in(tx, principal, case_id)
        await self._trail.record(
            principal, "case.read", str(case_id), "case", part=part, **seen.how
        )
        return seen.case

    async def seen_in(self, tx: Tx, principal: Principal, case_id: int) -> Seen:
        """Not recorded: for who records what he does with it. Raises MhudError NOT_FOUND."""
        if not is_id(case_id):
            raise not_found()
        found = CaseRepository(tx)
        case = await found.opened(case_id, case_rights.sight(principal))
        if case is not None:
            return Seen(case)
        call = case_rights.call_in_hand(self._live, principal)
        number = self._numbers.key(case_rights.number_of(call)) if call else None
        if call is None or number is None:
            raise not_found()
        sight = case_rights.opened(principal, await found.suggested_by(number, call.start_time))
        case = await found.opened(case_id, sight)
        if case is None:
            raise not_found()
        return Seen(case, call.id)

    async def page(
        self, principal: Principal, wanted: Wanted, *, limit: int, offset: int, deleted: bool
    ) -> CasePage:
        """Newest first; on record when it returns.

        Raises MhudError FORBIDDEN: deleted ones are for who may restore them;
        SERVICE_UNAVAILABLE.
        """
        sight = case_rights.sight(principal)
        if deleted:
            sight = of_deleted(principal)
        async with self._db.read() as tx:
            found = await CaseRepository(tx).page(sight, wanted, limit=limit, offset=offset)
        looks = {line.id: line for line in found.lines}
        await self._trail.show(principal, "case.list", "case", looks)
        return found

    async def activities(self, principal: Principal, case_id: int) -> History:
        """The newest 1000. Raises MhudError NOT_FOUND."""
        await self.find(principal, case_id, part="activities")
        async with self._db.read() as tx:
            return await ActivityRepository(tx).of_case(case_id, ACTIVITIES)

    async def post_activity(
        self, principal: Principal, case_id: int, kind: ActivityType, description: str
    ) -> tuple[int, datetime]:
        """A note or an escalation: its id and when it was made.

        Raises MhudError NOT_FOUND or FORBIDDEN.
        """
        right = "escalate_case" if kind is ActivityType.ESCALATION else "update_case"
        if not principal.may(right, None):
            raise forbidden(right)
        at = self.now()
        async with self._db.write() as tx:
            seen = await self.seen_in(tx, principal, case_id)
            told = Told(activity_type=kind, description=description)
            ident = await self.add_activity(tx, principal, case_id, told, at)
            if kind is ActivityType.ESCALATION:
                await tellings.tell(tx, case_events.escalated(seen.case, principal.user_id, at))
            await self._trail.record_in(
                tx, principal, "case.activity", str(case_id), "case", type=kind.value, **seen.how
            )
        return ident, at

    async def add_activity(
        self, tx: Tx, principal: Principal, case_id: int, told: Told, at: datetime
    ) -> int:
        """In the transaction of what it tells of: an attachment, a communication. Its id."""
        return await ActivityRepository(tx).add(entry_of(principal, case_id, told, at))

    async def tell(
        self, tx: Tx, principal: Principal, case: Case, told: Sequence[Told], at: datetime
    ) -> None:
        entries = [entry_of(principal, case.id, one, at) for one in told]
        await ActivityRepository(tx).add_all(entries)

    def now(self) -> datetime:
        """In whole seconds, as it is printed: what is compared with it then agrees."""
        return self._clock.now().replace(microsecond=0)


def entry_of(principal: Principal, case_id: int, told: Told, at: datetime) -> Entry:
    return Entry(
        case_id=case_id,
        activity_type=told.activity_type.value,
        description=told.description,
        previous_value=told.previous_value,
        new_value=told.new_value,
        user_id=principal.user_id,
        user_name=principal.username,
        created_at=at,
    )


def of_deleted(principal: Principal) -> Sight:
    """Raises MhudError FORBIDDEN."""
    if not principal.may("delete_case", None):
        raise forbidden("delete_case")
    return replace(case_rights.sight(principal), deleted=True)


def not_found() -> MhudError:
    return nothing_called("case", "")


def is_id(number: int) -> bool:
    """Whether the database could hold it."""
    return 0 < number <= _LARGEST_ID
