"""Each query parameter that the OpenCHS document prints, and what its answer must be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """A query, and whether its answer fits what is answered to `whole`."""

    query: str
    holds: Callable[[Any, Any], bool]
    whole: str = "limit=100"


def _narrows(query: str, holds: Callable[[Line], bool], whole: str = "limit=100") -> Ask:
    """To those lines, in their order; some, and not all."""

    def fits(everything: Any, found: Any) -> bool:
        lines = [line for line in everything["data"] if holds(line)]
        return 0 < len(lines) < len(everything["data"]) and found["data"] == lines

    return Ask(f"{query}&{whole}".rstrip("&"), fits, whole)


def _each(name: str, values: str) -> list[Ask]:
    return [_narrows(f"{name}={value}", _has(name, value)) for value in values.split()]


def _has(name: str, value: object) -> Callable[[Line], bool]:
    return lambda line: bool(line[name] == value)


def _finds(*wanted: int) -> Callable[[Any, Any], bool]:
    return lambda _, found: [one["id"] for one in found["data"]] == list(wanted)


def _since(period: str, first: datetime) -> Ask:
    """A period is what a first day says too."""
    return Ask(f"period={period}", lambda every, found: every == found, f"start_date={first:%F}")


def _periods(now: datetime) -> list[Ask]:
    monday = now - timedelta(days=now.weekday())
    return [
        _since("today", now),
        _since("week", monday),
        _since("month", now.replace(day=1)),
        _since("year", now.replace(month=1, day=1)),
    ]


def _total(everything: Any, found: Any) -> tuple[int, int]:
    return found["data"]["total_cases"], everything["data"]["total_cases"]


def _only_one(everything: Any, found: Any) -> bool:
    one, every = _total(everything, found)
    return one == 1 < every


def _all_but_one(everything: Any, found: Any) -> bool:
    fewer, every = _total(everything, found)
    return fewer == every - 1


PRINTED_AT = "2025-09-26T14:30:00Z"  # before all others of the demo's


def parameters(now: datetime) -> dict[str, dict[str, list[Ask]]]:
    """What is asked with each parameter of each endpoint."""
    return {
        "GET /cases": {
            "status": _each("status", "open assigned in_progress resolved closed"),
            "priority": _each("priority", "low medium high critical"),
            "category": _each("category", "abuse neglect"),
            "assigned_user_id": [_narrows("assigned_user_id=8", _has("assigned_user_id", 8))],
            "created_after": [
                _narrows(
                    f"created_after={PRINTED_AT}", lambda line: line["created_at"] > PRINTED_AT
                )
            ],
            "limit": [
                Ask("limit=3", lambda every, found: found["data"] == every["data"][:3]),
                Ask("", lambda every, found: found["data"] == every["data"][:20]),
            ],
            "offset": [Ask("offset=4", lambda every, found: found["data"] == every["data"][4:24])],
        },
        "GET /users": {
            "role": [_narrows("role=operator", _has("role", "operator"), "")],
            "is_active": [
                _narrows("is_active=true", _has("is_active", True), ""),
                _narrows("is_active=false", _has("is_active", False), ""),
            ],
        },
        "GET /statistics/cases": {
            "period": _periods(now),
            "start_date": [Ask("start_date=2025-09-27", _all_but_one, "")],
            "end_date": [Ask("end_date=2025-09-26", _only_one, "")],
        },
        "GET /search/cases": {
            "q": [
                Ask(
                    "q=safety&limit=100",
                    lambda every, found: (
                        0 < found["pagination"]["total"] < every["pagination"]["total"]
                    ),
                    "q=a*&limit=100",
                )
            ],
            "fields": [
                Ask("q=concern&fields=title", _finds(123), "q=concern"),
                Ask("q=concern&fields=description", _finds(), "q=concern"),
                Ask("q=001234&fields=case_number", _finds(123), "q=concern"),
                Ask("q=001234&fields=title,description", _finds(), "q=concern"),
            ],
            "limit": [
                Ask("q=a*&limit=2", lambda every, found: found["data"] == every["data"][:2], "q=a*")
            ],
        },
    }
