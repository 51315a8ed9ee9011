"""What is written with a communication: activities, the client's last contact, the trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mhud.errors import invalid
from mhud.services.case_changes import Told
from mhud.services.case_door import CaseDoor, Seen
from mhud.services.case_events import communication_logged
from mhud.services.case_words import ActivityType
from mhud.services.rights import Principal
from mhud.services.tellings import tell
from mhud.services.trail import Trail
from mhud.store.cases import CaseRepository
from mhud.store.clients import ClientRepository
from mhud.store.communications import LOGGED, Communication, CommunicationRepository
from mhud.store.database import Tx
from mhud.store.drafts import DraftRepository

KIND = "communication"
_CONTACTS = {
    "call": "call",
    "sms": "SMS",
    "email": "e-mail",
    "web": "web contact",
    "whatsapp": "WhatsApp contact",
    "walk_in": "visit",
}


class Keeping:
    """Inside a transaction that the caller owns: all of it is kept, or nothing."""

    def __init__(self, door: CaseDoor, trail: Trail) -> None:
        self._door = door
        self._trail = trail

    async def save(
        self, tx: Tx, who: Principal, before: Communication | None, values: Mapping[str, Any]
    ) -> Communication:
        """Logged, with these columns. `who` sees the case that `before` is on.

        Raises MhudError NOT_FOUND for a case that he does not see, INVALID.
        """
        case_id = values.get("case_id", before.case_id if before else None)
        seen = None if case_id is None else await self._door.seen_in(tx, who, case_id)
        await _check(tx, before, values)
        found = await self._write(tx, before, values)
        await self._tell_cases(tx, who, before, found)
        client_id = found.client_id or (seen.case.client_id if seen else None)
        if client_id is not None:
            await ClientRepository(tx).touch(client_id, found.created_at)
        if found.call_id is not None:
            people = {one for one in (who.user_id, found.user_id) if one is not None}
            await DraftRepository(tx).forget(people, found.call_id)
        await self._record(tx, who, before, found, values, seen)
        if before is None or before.state != LOGGED:
            case = seen.case if seen else None
            await tell(tx, communication_logged(found, case, who.user_id))
        return found

    async def _write(
        self, tx: Tx, before: Communication | None, values: Mapping[str, Any]
    ) -> Communication:
        at = self._door.now()
        communications = CommunicationRepository(tx)
        logged = {**values, "state": LOGGED, "updated_at": at}
        if before is None:
            ident = await communications.add({**logged, "created_at": at})
        else:
            ident = before.id
            await communications.change(ident, logged)
        found = await communications.one(ident)
        assert found is not None, "it was written in this transaction"  # noqa: S101
        return found

    async def _tell_cases(
        self, tx: Tx, who: Principal, before: Communication | None, found: Communication
    ) -> None:
        what = f"{found.direction.capitalize()} {_CONTACTS[found.contact_type]}"
        known = before if before is not None and before.state == LOGGED else None
        old_id = known.case_id if known else None
        if found.case_id is not None and found.case_id != old_id:
            came = f": {found.disposition_name}" if found.disposition_name else ""
            await self._tell(tx, who, found.case_id, f"{what} logged{came}")
        elif found.case_id is not None:
            await self._tell(tx, who, found.case_id, f"{what} changed")
        if old_id is not None and found.case_id != old_id:
            await self._tell(tx, who, old_id, f"{what} taken off this case")

    async def _tell(self, tx: Tx, who: Principal, case_id: int, text: str) -> None:
        told = Told(activity_type=ActivityType.COMMUNICATION, description=text)
        await self._door.add_activity(tx, who, case_id, told, self._door.now())

    async def _record(
        self,
        tx: Tx,
        who: Principal,
        before: Communication | None,
        found: Communication,
        values: Mapping[str, Any],
        seen: Seen | None,
    ) -> None:
        new = before is None or before.state != LOGGED
        word = "communication.log" if new else "communication.update"
        on = {"case_id": found.case_id} if seen else {}
        how = seen.how if seen else {}
        details = {**on, "fields": sorted(set(values) - {"contact_key"}), **how}
        if found.call_id is not None:
            details["call_id"] = found.call_id
        await self._trail.record_in(tx, who, word, str(found.id), KIND, **details)


async def _check(tx: Tx, before: Communication | None, values: Mapping[str, Any]) -> None:
    client_id = values.get("client_id")
    if client_id is not None and not await CaseRepository(tx).is_client(client_id):
        raise invalid("client_id", "is no client")
    call_id = values.get("call_id", before.call_id if before else None)
    disposition = values.get("disposition_id", before.disposition_id if before else None)
    if call_id is not None and disposition is None:
        raise invalid("disposition_id", "is needed: say what came of the call")
