"""Which events a principal may see and a subscriber wants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import lru_cache

from mhud.errors import MhudError, invalid
from mhud.feeds.frames import Frames
from mhud.feeds.payloads import Entry, Owners
from mhud.feeds.told import TOLD
from mhud.live.events import DomainEvent
from mhud.services import case_rights
from mhud.services.rights import Principal
from mhud.services.visibility import sees_all_numbers

FAMILY_RIGHTS: Mapping[str, tuple[str, ...]] = {
    "call": ("view_calls",),
    "agent": ("view_agents",),
    "queue": ("view_queues",),
    "pbx": ("view_queues", "system_config"),
    "ledger": ("view_queues", "system_config"),
    "case": case_rights.READERS,
    "communication": case_rights.READERS,
    "recording": ("view_recordings",),
    "report": ("view_reports",),
    "client": ("view_clients",),
}
"""First word of an event's type → rights, any of which opens it (besides receive_events)."""

GLOBAL_FAMILIES = ("pbx", "ledger")  # of no queue and no agent, and of interest to all


def _kinds(kind: type[DomainEvent]) -> Iterable[type[DomainEvent]]:
    if "type" in vars(kind):
        yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


EVENT_TYPES = frozenset(kind.type for kind in _kinds(DomainEvent)) | frozenset(TOLD)
CALL_TYPES = frozenset(
    kind.type for kind in _kinds(DomainEvent) if "call" in {field.name for field in fields(kind)}
)
"""Those that show a call, which needs view_calls whatever the event is about."""
CASE_TYPES = frozenset(name for name in TOLD if name.startswith(("case.", "communication.")))
"""Those that only some may see of each, by whose case or contact it is."""
GLOBAL_TYPES = frozenset(name for name in EVENT_TYPES if name.startswith(GLOBAL_FAMILIES))


@dataclass(frozen=True, slots=True)
class Filter:
    """What a subscriber wants. `queues` and `agents` narrow to events of those; both: of both.

    Events of no queue and no agent in the first place (pbx.*, ledger.*) pass both.
    """

    types: frozenset[str] = EVENT_TYPES
    queues: frozenset[str] | None = None
    agents: frozenset[str] | None = None

    def passes(self, entry: Entry) -> bool:
        if entry.type not in self.types:
            return False
        if self.queues is not None and self.queues.isdisjoint(entry.queue_ids):
            return entry.type in GLOBAL_TYPES
        if self.agents is not None and self.agents.isdisjoint(entry.agent_ids):
            return entry.type in GLOBAL_TYPES
        return True


EVERYTHING = Filter()


def types_of(patterns: Iterable[str]) -> frozenset[str]:
    """Exact names, `call.*`, `*`. Raises MhudError INVALID for what names no event."""
    wanted: set[str] = set()
    for pattern in patterns:
        named = {name for name in EVENT_TYPES if pattern in ("*", name, _family(name))}
        if not named:
            raise invalid("events", "names an event that does not exist")
        wanted |= named
    return frozenset(wanted)


def types_still_known(patterns: Iterable[str]) -> frozenset[str]:
    """The same of what was stored; of a name that another release had, none."""
    found: set[str] = set()
    for pattern in patterns:
        with suppress(MhudError):
            found |= types_of([pattern])
    return frozenset(found)


def _family(name: str) -> str:
    return name.partition(".")[0] + ".*"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a principal's rights let him see."""

    types: frozenset[str]
    agent_id: str | None
    sees_calls: bool
    sees_all_numbers: bool
    user_id: int | None = None  # whose cases he sees; None: of nobody, or all of them
    sees_all_cases: bool = False
    sees_unassigned: bool = False

    @staticmethod
    def of(principal: Principal) -> Grant:
        """One and the same object for everybody with the same rights."""
        sight = case_rights.sight(principal)
        grant = Grant(
            types=_types_open_to(principal.rights),
            agent_id=principal.agent_id,
            sees_calls=principal.may("view_calls", None),
            sees_all_numbers=sees_all_numbers(principal),
            user_id=None if sight.all else sight.user_id,
            sees_all_cases=sight.all,
            sees_unassigned=sight.unassigned,
        )
        return _shared(grant)

    def allows(self, entry: Entry) -> bool:
        if entry.type not in self.types:
            return False
        return entry.owners is None or self._sees(entry.owners)

    def _sees(self, owners: Owners) -> bool:
        """The rule of store/case_sight.py, for an event about a case or a contact."""
        if self.sees_all_cases or (owners.nobody and self.sees_unassigned):
            return True
        return self.user_id is not None and self.user_id in owners.user_ids

    def pick(self, frames: Frames) -> bytes:
        """The frame with as much as he may read."""
        if not self.sees_calls:
            return frames.bare
        return frames.full if self._sees_numbers(frames.entry) else frames.masked

    def payload(self, entry: Entry) -> bytes:
        """The same, not framed."""
        if not self.sees_calls:
            return entry.bare
        return entry.full if self._sees_numbers(entry) else entry.masked

    def _sees_numbers(self, entry: Entry) -> bool:
        """Whom an event concerns reads its numbers: his phone showed them."""
        return self.sees_all_numbers or self.agent_id in entry.agent_ids


@lru_cache(1024)
def _shared(grant: Grant) -> Grant:
    return grant


@lru_cache(256)
def _types_open_to(rights: frozenset[str]) -> frozenset[str]:
    """Of what concerns everybody: a right over one's own opens no family."""
    families = {name for name, openers in FAMILY_RIGHTS.items() if not rights.isdisjoint(openers)}
    return frozenset(name for name in EVENT_TYPES if name.partition(".")[0] in families)


class Telling:
    """Entries that are told to everybody at once, chosen and framed once for all who are alike."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._told = [Frames(entry) for entry in entries]
        self._chosen: dict[tuple[int, int], bytes] = {}

    def to(self, grant: Grant, wanted: Filter) -> bytes:
        """What he may see and wants, framed; empty when that is nothing.

        Looked up by identity, because to compare two grants costs more than to choose.
        """
        alike = (id(grant), id(wanted))
        chosen = self._chosen.get(alike)
        if chosen is None:
            chosen = self._chosen[alike] = b"".join(
                grant.pick(frames)
                for frames in self._told
                if grant.allows(frames.entry) and wanted.passes(frames.entry)
            )
        return chosen
