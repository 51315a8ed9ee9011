"""Cases: made, changed, deleted. Change, activities and audit line are one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import invalid
from mhud.live.state import LiveState
from mhud.numbers import Numbers
from mhud.services import case_changes, case_events, case_rights
from mhud.services.access import Access
from mhud.services.case_door import CaseDoor, entry_of, is_id, not_found, of_deleted
from mhud.services.case_door import Seen as Seen
from mhud.services.case_words import Priority, Status
from mhud.services.rights import Principal
from mhud.services.tellings import row_of, tell
from mhud.services.trail import Trail
from mhud.services.versions import Versions, require_version
from mhud.services.vocabulary import Vocabulary
from mhud.store.activities import Activity as Activity
from mhud.store.case_making import Made, Making, make
from mhud.store.cases import Case as Case
from mhud.store.cases import CaseLine as CaseLine
from mhud.store.cases import CaseRepository
from mhud.store.cases import Wanted as Wanted
from mhud.store.clients import ClientRepository
from mhud.store.database import Database, Tx
from mhud.store.plain import in_one_go
from mhud.store.tellings import TellingRow, mark
from mhud.store.together import Together

Wish = Mapping[str, Any]


class Cases(CaseDoor):
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        db: Database,
        live: LiveState,
        access: Access,
        trail: Trail,
        numbers: Numbers,
        words: Vocabulary,
    ) -> None:
        super().__init__(clock, db, live, trail, numbers)
        self._access = access
        self._together = Together(db)
        self.words = words
        self.configure(settings)

    @classmethod
    async def open(
        cls,
        settings: Settings,
        clock: Clock,
        db: Database,
        live: LiveState,
        access: Access,
        trail: Trail,
        numbers: Numbers,
    ) -> Cases:
        """With the categories and dispositions that there are. Raises MhudError."""
        words = Vocabulary(db, trail)
        await words.load()
        return cls(settings, clock, db, live, access, trail, numbers, words)

    def configure(self, settings: Settings) -> None:
        self._template = settings.cases
        self._zone = settings.timezone

    async def create(self, principal: Principal, wish: Wish) -> Case:
        """Raises MhudError INVALID or FORBIDDEN."""
        self.words.check_category(wish.get("category"), wish.get("subcategory"))
        assignee = wish.get("assigned_user_id")
        if assignee is not None:
            case_rights.check_assignment(principal, None, assignee)
            self._check_assignee(assignee)
        at = self.now()
        status = Status.OPEN if assignee is None else Status.ASSIGNED
        values = {"priority": Priority.MEDIUM.value, **self._keyed(wish), "status": status.value}
        values |= {"created_by": principal.user_id, "created_at": at, "updated_at": at}
        told = [case_changes.created(status)]
        if assignee is not None:
            told.append(case_changes.assignment(None, assignee, self._name))
        making = self._making(principal, values, told)
        made = await self._make(making, wish)
        return Case(id=made.id, case_number=made.case_number, **values)

    async def _make(self, making: Making, wish: Wish) -> Made:
        """Together with others, or with what changes of the client whom it names."""
        work = partial(make, making)
        client = wish.get("client_id")
        if client is None:
            return await self._together.write(work)
        async with self._db.write() as tx:
            await self._check_client(tx, wish)
            mark(tx)
            made = await in_one_go(tx, work)
            await ClientRepository(tx).touch(client, making.values["created_at"])
        return made

    def _making(
        self, principal: Principal, values: Mapping[str, Any], told: Sequence[case_changes.Told]
    ) -> Making:
        at = values["created_at"]

        def tells(made: Made) -> list[TellingRow]:
            case = Case(id=made.id, case_number=made.case_number, **values)
            return [row_of(one) for one in case_events.created(case, principal.user_id)]

        year = at.astimezone(self._zone).year
        return Making(
            values=values,
            year=year,
            number=partial(self._template.number, year),
            activities=[entry_of(principal, 0, one, at) for one in told],
            deed=self._trail.deed(principal, "case.create", "", "case"),
            tells=tells,
        )

    async def update(
        self, principal: Principal, case_id: int, wish: Wish, versions: Versions = None
    ) -> Case:
        """The fields that were sent; None clears. `notes` and `escalation` become activities.

        Raises MhudError NOT_FOUND, FORBIDDEN, INVALID, CONFLICT for a transition that is none,
        PRECONDITION_FAILED when `versions` do not name the one it has.
        """
        at = self.now()
        said = {name: wish[name] for name in case_changes.SAID if wish.get(name)}
        async with self._db.write() as tx:
            seen = await self.seen_in(tx, principal, case_id)
            case = seen.case
            require_version(versions, case.version, "case")
            case_rights.check_wish(principal, wish)
            fields = {name: wish[name] for name in wish if name not in case_changes.SAID}
            new = case_changes.changes(case, self._completed(case, fields), at)
            self._check_change(principal, case, new)
            await self._check_client(tx, new)
            if not new and not said:
                return case
            told = case_changes.told(case, new, said, self._name)
            new |= {"updated_at": at, **case_changes.since(new, self._clock.now())}
            await CaseRepository(tx).change(case, new)
            await self.tell(tx, principal, case, told, at)
            await self._publish(tx, principal, case, new, said)
            await self._trail.record_in(
                tx, principal, "case.update", str(case.id), "case", fields=sorted(wish), **seen.how
            )
        return replace(case, **new, version=case.version + 1)

    async def delete(self, principal: Principal, case_id: int, versions: Versions = None) -> None:
        """Raises MhudError NOT_FOUND or PRECONDITION_FAILED."""
        at = self.now()
        async with self._db.write() as tx:
            case = (await self.seen_in(tx, principal, case_id)).case
            require_version(versions, case.version, "case")
            gone = {"deleted_at": at, "deleted_by": principal.user_id, "updated_at": at}
            await CaseRepository(tx).change(case, gone)
            await self.tell(tx, principal, case, [case_changes.note("Case deleted")], at)
            await self._publish(tx, principal, case, gone)
            await self._trail.record_in(tx, principal, "case.delete", str(case.id), "case")

    async def restore(self, principal: Principal, case_id: int) -> Case:
        """Raises MhudError NOT_FOUND, also when it is not deleted."""
        at = self.now()
        async with self._db.write() as tx:
            found = CaseRepository(tx)
            sight = of_deleted(principal)
            case = await found.opened(case_id, sight) if is_id(case_id) else None
            if case is None:
                raise not_found()
            back = {"deleted_at": None, "deleted_by": None, "updated_at": at}
            await found.change(case, back)
            await self.tell(tx, principal, case, [case_changes.note("Case restored")], at)
            await self._publish(tx, principal, case, back)
            await self._trail.record_in(tx, principal, "case.restore", str(case.id), "case")
        version = case.version + 1
        return replace(case, deleted_at=None, deleted_by=None, updated_at=at, version=version)

    # ---- what both need

    async def _publish(
        self, tx: Tx, who: Principal, case: Case, new: Wish, also: Collection[str] = ()
    ) -> None:
        for one in case_events.updated(case, new, who.user_id, also=also):
            await tell(tx, one)

    def _completed(self, case: Case, wish: Wish) -> dict[str, Any]:
        """With what follows from the fields that were sent."""
        wished = self._keyed(wish)
        category, kept = wished.get("category", case.category), case.subcategory
        moved = category != case.category and kept and not self.words.belongs(kept, category)
        return {"subcategory": None, **wished} if moved else wished

    def _keyed(self, wish: Wish) -> dict[str, Any]:
        if "reporter_phone" not in wish:
            return dict(wish)
        return {**wish, "reporter_phone_key": self._numbers.key(wish["reporter_phone"])}

    def _check_change(self, principal: Principal, case: Case, new: Wish) -> None:
        case_rights.check_update(principal, case, new)
        if new.get("assigned_user_id") is not None:
            self._check_assignee(new["assigned_user_id"])
        if "category" in new or "subcategory" in new:
            self.words.check_category(
                new.get("category", case.category),
                new.get("subcategory", case.subcategory),
                has=case.category,
            )

    def _check_assignee(self, user_id: int) -> None:
        user = self._access.known.users.get(user_id)
        if user is None or user.disabled:
            raise invalid("assigned_user_id", "is nobody who can be assigned a case")

    async def _check_client(self, tx: Tx, wish: Wish) -> None:
        client = wish.get("client_id")
        if client is not None and not await CaseRepository(tx).is_client(client):
            raise invalid("client_id", "is no client")

    def _name(self, user_id: int) -> str:
        user = self._access.known.users.get(user_id)
        return user.username if user else f"user {user_id}"
