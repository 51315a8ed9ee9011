"""A counsellor's unfinished form: kept over reload, crash and transfer, until it is logged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from mhud.clock import Clock
from mhud.errors import Code, MhudError, conflict, invalid, not_found
from mhud.services.rights import Principal
from mhud.store.database import Database
from mhud.store.drafts import Draft as Draft
from mhud.store.drafts import DraftRepository

LARGEST = 65_536  # bytes of one form's JSON
KEPT = 100  # of one person
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Drafts:
    """Private: nobody reads another's, whatever his rights. So nothing of them is in the trail."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def of(self, who: Principal) -> list[tuple[str, datetime]]:
        """Calls about which he has one, with its time; the newest first."""
        async with self._db.read() as tx:
            return await DraftRepository(tx).of(who.user_id)

    async def get(self, who: Principal, call_id: str) -> Draft:
        """Raises MhudError NOT_FOUND."""
        async with self._db.read() as tx:
            found = await DraftRepository(tx).get(who.user_id, call_id)
        if found is None:
            raise not_found("draft", "")
        return found

    async def put(
        self,
        who: Principal,
        call_id: str,
        form: Mapping[str, Any],
        versions: Collection[int] | None = None,
    ) -> Draft:
        """In place of the one before. `versions`: of which it must be one; None: any.

        Raises MhudError INVALID, TOO_LARGE, CONFLICT or PRECONDITION_FAILED.
        """
        _check(form)
        at = self._clock.now()
        draft = Draft(user_id=who.user_id, call_id=call_id, form=form, updated_at=at)
        async with self._db.write() as tx:
            drafts = DraftRepository(tx)
            _refuse_unseen(await drafts.get(who.user_id, call_id), versions)
            if await drafts.others(who.user_id, call_id) >= KEPT:
                raise conflict(f"you have {KEPT} drafts: log or delete some of them", limit=KEPT)
            await drafts.put(draft)
        return draft

    async def delete(self, who: Principal, call_id: str) -> None:
        """Raises MhudError NOT_FOUND."""
        async with self._db.write() as tx:
            if not await DraftRepository(tx).forget([who.user_id], call_id):
                raise not_found("draft", "")


def version_of(draft: Draft | None) -> int:
    """For ETag and If-Match; 0: there is none."""
    return 0 if draft is None else (draft.updated_at - EPOCH) // timedelta(microseconds=1)


def _refuse_unseen(draft: Draft | None, versions: Collection[int] | None) -> None:
    """The same form may be open on two machines: neither writes over what it has not seen."""
    if versions is not None and version_of(draft) not in versions:
        raise MhudError(Code.PRECONDITION_FAILED, "the draft was changed meanwhile")


def _check(form: Mapping[str, Any]) -> None:
    try:
        size = len(orjson.dumps(form))
    except TypeError as error:  # a whole number of more than 64 bits
        raise invalid("form", "holds a number that is too large") from error
    if size > LARGEST:
        raise MhudError(Code.TOO_LARGE, f"a draft has at most {LARGEST} bytes", limit=LARGEST)
