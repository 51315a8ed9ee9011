"""What is to be reported: of which stretch, of whom, which figures, by what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from mhud.errors import MhudError, invalid
from mhud.services.report_ask import GroupBy

LONGEST = timedelta(days=3653)  # ten years, however many leap days are in them
LAST_SECOND = 59


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Without its stretch. None: all queues, all agents. `zone`: in which days are cut."""

    metrics: tuple[str, ...]
    group_by: GroupBy
    zone: str
    queues: tuple[str, ...] | None = None
    agents: tuple[str, ...] | None = None

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """What `stored` gave, back from JSON."""
        return cls(**{name: _frozen(stored.get(name)) for name in Matter.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`begin` belongs to it, `end` does not; both in UTC."""

    begin: datetime
    end: datetime
    matter: Matter

    def stored(self) -> dict[str, Any]:
        return {
            "begin": self.begin.isoformat(),
            "end": self.end.isoformat(),
            **self.matter.stored(),
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """What `stored` gave, back from JSON."""
        begin, end = (datetime.fromisoformat(stored[name]) for name in ("begin", "end"))
        return cls(begin=begin, end=end, matter=Matter.of(stored))


def wish(begin: datetime, end: datetime, matter: Matter) -> Wish:
    """An end at second 59 is that second's: 23:59:59 is the end of the day. Other ends exclude.

    Raises MhudError INVALID.
    """
    end = _whole(end)
    if end <= begin:
        raise invalid("end_date", "must be after start_date")
    if end - begin > LONGEST:
        raise invalid("end_date", "a report covers ten years at most")
    return Wish(begin=begin.astimezone(UTC), end=end.astimezone(UTC), matter=matter)


def zone_named(name: str | None, helplines: ZoneInfo) -> str:
    """Raises MhudError INVALID for one that nobody knows."""
    if name is None:
        return str(helplines)
    try:
        return str(ZoneInfo(name))
    except (OSError, ValueError, KeyError):  # a folder; no name at all; not found
        raise unknown_zone() from None


def unknown_zone() -> MhudError:
    return invalid("time_zone", "is no time zone such as Africa/Nairobi")


def _whole(end: datetime) -> datetime:
    if end.second == LAST_SECOND:
        return end.replace(microsecond=0) + timedelta(seconds=1)
    return end


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
