"""A queue's settings: where each one lives, and what they amount to. Pure.

Three places hold them: mhud's own table, mhud's include of queues.conf, and globals of the
dialplan. Names here are the API's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mhud.ami.messages import QueueNow
from mhud.config import AsteriskSettings, QueueSettings, Settings
from mhud.errors import conflict, invalid
from mhud.live.model import QueueProfile

FILE_KEYS: Mapping[str, str] = {
    "strategy": "strategy",
    "announcement_id": "periodic-announce",
    "music_on_hold_id": "musicclass",
    "max_callers": "maxlen",
    "ring_seconds": "timeout",
    "service_level_seconds": "servicelevel",
}
"""API field → key in queues.conf."""

NEEDS_FILE = frozenset(FILE_KEYS) - {"service_level_seconds"}  # that one mhud counts by itself too
STRATEGIES: Mapping[str, str] = {
    "ring-all": "ringall",
    "round-robin": "rrmemory",
    "least-recent": "leastrecent",
    "fewest-calls": "fewestcalls",
    "random": "random",
    "linear": "linear",
    "weighted-random": "wrandom",
}
"""The documented style → Asterisk's name; both are accepted."""

DAYS: Mapping[str, str] = {
    "monday": "mon",
    "tuesday": "tue",
    "wednesday": "wed",
    "thursday": "thu",
    "friday": "fri",
    "saturday": "sat",
    "sunday": "sun",
}
NEVER = "*,*,31,feb"  # as IFTIME() takes it: of a queue that is closed on each day
NO_INCLUDE = (
    "this needs the setting asterisk.queue_include: the include of queues.conf that is mhud's own"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a change means for Asterisk. None takes a setting out of the file."""

    queue_id: str
    changes: Mapping[str, Any]
    file: Mapping[str, str | None]
    globals: Mapping[str, str]  # API field → new content of its global; empty: none


def plan(queue_id: str, changes: Mapping[str, Any], settings: Settings) -> Plan:
    """Raises MhudError INVALID for an unknown id or strategy, CONFLICT without an include file."""
    asterisk = settings.asterisk
    values = {name: _in_file(name, value, asterisk) for name, value in _of_file(changes)}
    if asterisk.queue_include is None:
        if needed := [name for name in changes if name in NEEDS_FILE]:
            raise conflict(NO_INCLUDE, setting="asterisk.queue_include", fields_refused=needed)
        values = {}
    if not has_globals(queue_id) and any(name in GLOBALS for name in changes):
        raise conflict("this queue's name can't be part of the name of a dialplan's variable")
    return Plan(
        queue_id=queue_id,
        changes=changes,
        file={FILE_KEYS[name]: value for name, value in values.items()},
        globals=_globals(queue_id, changes, settings),
    )


def _of_file(changes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in changes.items() if name in FILE_KEYS]


def _in_file(name: str, value: Any, asterisk: AsteriskSettings) -> str | None:
    if name == "strategy":
        return _strategy(value)
    if value is None:
        return None
    if name == "announcement_id":
        return _known(name, value, asterisk.announcements)
    if name == "music_on_hold_id":
        return _known(name, value, asterisk.music_on_hold)
    return str(value)


def _strategy(value: str | None) -> str:
    known = {**STRATEGIES, **{name: name for name in STRATEGIES.values()}}
    if value is None or value not in known:
        raise invalid("strategy", f"must be one of {', '.join(STRATEGIES)}")
    return known[value]


def _known(field: str, ident: str, table: Mapping[str, str]) -> str:
    if ident not in table:
        raise invalid(field, "is not in the configured table")
    return table[ident]


# ---- globals of the dialplan


def has_globals(queue_id: str) -> bool:
    """Whether the queue's name can be part of a variable's name."""
    return re.fullmatch(r"[A-Za-z0-9_.-]{1,60}", queue_id) is not None


def wait_global(queue_id: str) -> str:
    return f"MHUD_MAX_WAIT_{queue_id}"


def hours_global(queue_id: str) -> str:
    return f"MHUD_HOURS_{queue_id}"


GLOBALS = {"max_wait_time": wait_global, "operating_hours": hours_global}


def _globals(queue_id: str, changes: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    """Null gives back: then that of the configuration holds, in Asterisk too."""
    configured, found = profile(queue_id, settings, {}, {}), {}
    if "max_wait_time" in changes:
        wait = changes["max_wait_time"] or configured.timeout_s
        found["max_wait_time"] = "" if wait is None else str(wait)
    if "operating_hours" in changes:
        wanted = changes["operating_hours"]
        hours = configured.operating_hours if wanted is None else wanted
        found["operating_hours"] = hours_for_dialplan(hours, settings.timezone.key)
    return found


def hours_for_dialplan(hours: Mapping[str, Mapping[str, str]] | None, zone: str) -> str:
    """`09:00-16:59,mon,*,*,Africa/Nairobi&…`: each part is what IFTIME() takes.

    IFTIME's last minute is part of the span, so it ends a minute earlier. Empty: always open.
    """
    if hours is None:
        return ""
    if not hours:
        return f"{NEVER},{zone}"
    parts = [part for day, span in hours.items() for part in _within_days(day, span)]
    spans = [
        f"{start}-{_minute_before(end)},{DAYS[day]},*,*,{zone}"
        for day, start, end in parts
        if start != end
    ]
    return "&".join(spans)


def is_overnight(span: Mapping[str, str]) -> bool:
    """What ends before it begins ends on the next day."""
    return span["end"] < span["start"]


def _within_days(day: str, span: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """IFTIME knows the day of now only: a night is two parts."""
    if not is_overnight(span):
        return [(day, span["start"], span["end"])]
    names = tuple(DAYS)
    next_day = names[(names.index(day) + 1) % len(names)]
    return [(day, span["start"], "24:00"), (next_day, "00:00", span["end"])]


def _minute_before(clock: str) -> str:
    hour, _, minute = clock.partition(":")
    minutes = int(hour) * 60 + int(minute) - 1
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


# ---- what holds


def merged(own: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """None takes a setting out, so that the configured one holds again."""
    wanted = {**own, **changes}
    return {name: value for name, value in wanted.items() if value is not None}


def profile(
    queue_id: str,
    settings: Settings,
    own: Mapping[str, Any],
    section: Mapping[str, str],
    found_wait: int | None = None,
) -> QueueProfile:
    """`section` of the include is what Asterisk reads, so it wins; `found_wait` is the dialplan's.

    Without an include `section` is empty, and what it would hold is unknown.
    """
    configured = settings.queues.get(queue_id, QueueSettings())
    tree: dict[str, Any] = {
        **settings.queue_defaults.model_dump(exclude_unset=True),
        **configured.model_dump(exclude_unset=True),
        **{name: own[name] for name in own if name in QueueSettings.model_fields},
        **_from_section(section, settings.asterisk),
    }
    known = QueueSettings.model_validate(tree)
    hours = known.operating_hours or None  # an empty table of the configuration: always open
    return QueueProfile(
        id=queue_id,
        name=known.name,
        extension=known.extension,
        timeout_s=known.max_wait_time or found_wait,
        ring_s=_number(section.get(FILE_KEYS["ring_seconds"])),
        announcement_id=known.announcement_id,
        music_on_hold_id=known.music_on_hold_id,
        operating_hours=own.get("operating_hours", hours),
        service_level_s=known.service_level_seconds,
        sla_formula=known.sla_formula,
        wrap_up_s=known.wrap_up_seconds,
        max_waiting=known.max_waiting,
        max_longest_wait_s=known.max_longest_wait,
    )


def _from_section(section: Mapping[str, str], asterisk: AsteriskSettings) -> dict[str, str]:
    """Ids of what the file names, where the tables have one."""
    tables = {
        "announcement_id": asterisk.announcements,
        "music_on_hold_id": asterisk.music_on_hold,
    }
    found = {}
    for field, table in tables.items():
        value = section.get(FILE_KEYS[field])
        ids = [ident for ident, name in table.items() if name == value]
        if ids:
            found[field] = ids[0]
    return found


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


# ---- what Asterisk shows


def shown(now: QueueNow) -> dict[str, str]:
    """API field → what QueueStatus prints, as the file would have it."""
    return {
        "strategy": now.strategy,
        "max_callers": str(now.max_callers),
        "service_level_seconds": str(now.service_level_s),
    }
