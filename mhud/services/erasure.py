"""`mhud erase`: a person leaves, and all that tells of him. What it does not reach, it says.

Backups are made again by their own rules: docs/keeping.md.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from mhud.clock import Clock
from mhud.errors import MhudError, conflict, kind
from mhud.feeds.ledger import Ledger, without_numbers
from mhud.live.erasing import without
from mhud.live.inputs import PersonErased
from mhud.numbers import Numbers
from mhud.pump import Pump
from mhud.services.callers import CALLER_BITS, caller_of
from mhud.services.clients import KIND, living
from mhud.services.recording_words import FOLDER_NAME as RECORDINGS
from mhud.services.redaction import Identity
from mhud.services.retention import Fingerprint, fingerprints
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.store import recordings
from mhud.store.activities import ActivityRepository, Entry
from mhud.store.clients import Client, ClientRepository
from mhud.store.database import Database, Tx
from mhud.store.erasure import ABOUT, CASE_TEXTS, ErasureRepository, KeptCase
from mhud.store.figures import forget_callers
from mhud.store.recordings import State
from mhud.store.search_sqlite import SqliteSearch
from mhud.vault import remove

log = structlog.get_logger(__name__)
REPORTER = (
    ("reporter_name", Identity.is_name),
    ("reporter_phone", Identity.is_number),
    ("reporter_email", Identity.is_email),
)
SHORTEST = 4  # of a text by which a kept answer is known as his


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """`kept_cases` are also about others: they lost his name and numbers, and want reading.

    Of `recorded_calls` there may be recordings that mhud never took over.
    """

    client_id: str
    emptied_cases: tuple[int, ...]
    kept_cases: tuple[int, ...]
    calls: int
    communications: int
    sessions: int
    callbacks: int
    drafts: int
    files: int
    recordings: int
    events: int
    recorded_calls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    """`keys` are his alone; of a number that others have too only his own calls are his."""

    ids: tuple[str, ...]
    who: Identity
    keys: frozenset[str] = field(repr=False)
    numbers: frozenset[str] = field(repr=False)  # all of his, as exchanges spell them
    callers: frozenset[int] = field(repr=False)  # what stands for his alone in the tallies
    calls: frozenset[str]
    texts: frozenset[str] = field(repr=False)
    own: tuple[int, ...]  # cases
    shared: tuple[KeptCase, ...]


class Erasure:
    """`remove` deletes files of cases; `folder` is the data directory.

    Without `memory` no daemon runs in this process.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        numbers: Numbers,
        trail: Trail,
        remove: Callable[[Collection[str]], None],
        folder: Path,
        memory: tuple[Pump, Ledger] | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._numbers = numbers
        self._trail = trail
        self._remove = remove
        self._folder = folder
        self._memory = memory

    async def erase(self, who: Principal, client_id: str) -> Erased:
        """Raises MhudError NOT_FOUND, GONE, or CONFLICT while he is in a call."""
        fingerprint = await asyncio.to_thread(fingerprints, self._folder)
        async with self._db.write() as tx:
            await ErasureRepository(tx).scrub(on=True)
            person = await self._person(tx, client_id, fingerprint)
            files = await ErasureRepository(tx).files(person.own)
            unheard = await ErasureRepository(tx).unheard(person.calls)
            sounds = await recordings.end(tx, person.calls, State.ERASED)
            counts = len(files), len(sounds)
            erased = await self._erase(tx, who, client_id, person, counts, unheard)
            await self._trail.record_in(tx, who, "client.erase", client_id, KIND, **_told(erased))
            await ErasureRepository(tx).scrub(on=False)
        self._forget(person)
        await self._remove_files(files)
        await self._remove_sounds(sounds)
        await self._forget_words()
        return erased

    async def _forget_words(self) -> None:
        """He is erased already: what the index still marks as gone leaves later otherwise."""
        try:
            await SqliteSearch().forget(self._db)
        except MhudError as error:
            log.error("erased_words_not_forgotten", reason=error.code.value)

    async def _remove_files(self, names: Collection[str]) -> None:
        """Their rows are gone: what stays, nobody finds, and the next start sweeps."""
        try:
            await asyncio.to_thread(self._remove, names)
        except OSError as error:
            log.error("erased_files_not_removed", files=len(names), reason=kind(error))

    async def _remove_sounds(self, names: Collection[str]) -> None:
        try:
            await asyncio.to_thread(remove, self._folder / RECORDINGS, names)
        except OSError as error:
            log.error("erased_recordings_not_removed", files=len(names), reason=kind(error))

    async def _person(self, tx: Tx, client_id: str, fingerprint: Fingerprint) -> _Person:
        store = ErasureRepository(tx)
        await living(tx, client_id)
        ids = (client_id, *await store.merged_into(client_id))
        people = [one for one in [await ClientRepository(tx).get(ident) for ident in ids] if one]
        who = Identity.of(self._numbers, people)
        keys = who.keys - await store.shared(who.keys, ids)
        calls = await store.his_calls(ids, self._spelled(keys, fingerprint))
        if await store.open_calls(calls):
            raise conflict("he is in a call, or was a moment ago: try again when it is over")
        found = await store.cases(ids, keys)
        own = tuple(case.id for case in found if _is_his(case, ids, who))
        return _Person(
            ids=ids,
            who=who,
            keys=keys,
            numbers=self._spelled(who.keys, fingerprint),
            callers=frozenset(caller_of(fingerprint(key)) for key in keys),
            calls=calls,
            texts=_texts(people),
            own=own,
            shared=tuple(case for case in found if case.id not in own),
        )

    async def _erase(
        self,
        tx: Tx,
        who: Principal,
        client_id: str,
        person: _Person,
        counts: tuple[int, int],
        unheard: tuple[str, ...],
    ) -> Erased:
        store = ErasureRepository(tx)
        contacts = await store.empty_contacts(person.ids, person.own)
        await store.empty_cases(person.own)
        for case in person.shared:
            await store.change_case(case.id, _left(case, person))
            await store.redact(case.id, person.who.hide)
        await self._tell_cases(tx, who, person)
        contacts += await store.forget_numbers(person.keys, person.calls)
        gone = await store.delete_contacts(person.ids, person.keys, person.calls)
        hide = partial(without, numbers=person.numbers)
        events = await store.rewrite_ledger(person.calls, without_numbers)
        await store.forget_deliveries(person.calls)
        await store.rewrite_calls(person.calls, person.numbers, hide)
        await forget_callers(tx, {one: secrets.randbits(CALLER_BITS) for one in person.callers})
        await store.forget_answers(person.texts | person.numbers)
        await store.delete_clients(person.ids)
        return Erased(
            client_id=client_id,
            emptied_cases=person.own,
            kept_cases=tuple(case.id for case in person.shared),
            calls=len(person.calls),
            communications=contacts,
            sessions=gone["client_sessions"],
            callbacks=gone["callbacks"],
            drafts=gone["drafts"],
            files=counts[0],
            recordings=counts[1],
            events=events,
            recorded_calls=unheard,
        )

    async def _tell_cases(self, tx: Tx, who: Principal, person: _Person) -> None:
        about = dict.fromkeys(person.own, "Personal data erased")
        about |= {case.id: "A client's personal data erased" for case in person.shared}
        entries = [
            Entry(
                case_id=case_id,
                activity_type="note",
                description=text,
                user_id=who.user_id,
                user_name=who.username,
                created_at=self._clock.now(),
            )
            for case_id, text in about.items()
        ]
        await ActivityRepository(tx).add_all(entries)

    def _spelled(self, keys: Collection[str], fingerprint: Fingerprint) -> frozenset[str]:
        """As calls have them, the old ones included."""
        found = {one for key in keys for one in self._numbers.spellings(key)}
        return frozenset(found | {fingerprint(key) for key in keys})

    def _forget(self, person: _Person) -> None:
        """What this process knows of the calls besides the database."""
        if self._memory is None:
            return
        pump, ledger = self._memory
        ledger.forget(person.calls)
        pump.inbox.put(
            PersonErased(at=self._clock.now(), call_ids=person.calls, numbers=person.numbers)
        )


def _is_his(case: KeptCase, ids: Collection[str], who: Identity) -> bool:
    """A case that names him, unless a child of another name is in it: it is the child's, too."""
    child = case.values["child_name"]
    return case.client_id in ids and (child is None or who.is_name(child))


def _left(case: KeptCase, person: _Person) -> dict[str, Any]:
    """What stays of a case that is not his alone."""
    values: dict[str, Any] = {
        name: person.who.hide(text) for name in CASE_TEXTS if (text := case.values[name])
    }
    for name, is_his in REPORTER:
        if is_his(person.who, case.values[name]):
            values[name] = None
    if "reporter_phone" in values:
        values["reporter_phone_key"] = None
    if person.who.is_name(case.values["child_name"]):
        values |= dict.fromkeys(name for name in ABOUT if name.startswith("child_"))
    if case.client_id in person.ids:
        values["client_id"] = None
    return values


def _texts(people: Collection[Client]) -> frozenset[str]:
    """By which a kept answer is known as his."""
    found = {text for one in people for text in (one.id, one.name, one.email) if text}
    found |= {phone.phone for one in people for phone in one.phones}
    return frozenset(text for text in found if len(text) >= SHORTEST)


def _told(erased: Erased) -> dict[str, Any]:
    """For the audit: ids and counts."""
    return {
        "emptied_cases": list(erased.emptied_cases),
        "kept_cases": list(erased.kept_cases),
        "calls": erased.calls,
        "communications": erased.communications,
        "sessions": erased.sessions,
        "files": erased.files,
        "recordings": erased.recordings,
    }
