"""What an update of a case does to it, and the activities that tell of it. Pure.

A wish holds the fields that were sent; None clears one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mhud.errors import conflict
from mhud.services.case_words import DONE, ActivityType, Status, may_follow
from mhud.store.cases import Case

_TOLD_APART = frozenset({"status", "priority", "assigned_user_id", "reporter_phone_key"})
_SINCE = {"client_id": "client_since", "reporter_phone_key": "reporter_since"}
SAID = ("notes", "escalation")
"""What a wish adds to a case's history, and is no field of it."""
NameOf = Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An activity to be written. Descriptions of changed texts name the field, not the text."""

    activity_type: ActivityType
    description: str
    previous_value: str | None = None
    new_value: str | None = None


def note(description: str) -> Told:
    return Told(activity_type=ActivityType.NOTE, description=description)


def escalation(reason: str) -> Told:
    return Told(activity_type=ActivityType.ESCALATION, description=reason)


def created(status: Status) -> Told:
    return Told(
        activity_type=ActivityType.STATUS_CHANGE, description="Case created", new_value=status.value
    )


def changes(case: Case, wish: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The columns that get another value. Raises MhudError CONFLICT for a forbidden transition."""
    new = {name: value for name, value in wish.items() if getattr(case, name) != value}
    before = Status(case.status)
    after = _status(before, new)
    if after is before:
        new.pop("status", None)
        return new
    if not may_follow(before, after):
        raise conflict(
            f"a case that is {before.value} can't become {after.value}",
            status=before.value,
            may_become=[one.value for one in Status if may_follow(before, one)],
        )
    new["status"] = after.value
    if (after in DONE) is not (before in DONE):
        new["resolved_at"] = at if after in DONE else None
    return new


def since(new: Mapping[str, Any], now: datetime) -> dict[str, datetime]:
    """From when on the call context may count what is `new`; `now` to the microsecond."""
    return {column: now for name, column in _SINCE.items() if name in new}


def _status(before: Status, new: Mapping[str, Any]) -> Status:
    """As wished; an open case that gets an assignee is assigned."""
    wished = Status(new.get("status", before))
    assigned = new.get("assigned_user_id") is not None
    return Status.ASSIGNED if wished is Status.OPEN is before and assigned else wished


def told(
    case: Case, new: Mapping[str, Any], said: Mapping[str, str], name_of: NameOf
) -> list[Told]:
    """One activity for each change, in the order in which one would tell it.

    `said`: the words that were sent beside, of `SAID`.
    """
    found: list[Told] = []
    if "assigned_user_id" in new:
        found.append(assignment(case.assigned_user_id, new["assigned_user_id"], name_of))
    if "status" in new:
        found.append(status_change(case.status, new["status"]))
    if "priority" in new:
        found.append(_priority_change(case.priority, new["priority"]))
    if fields := sorted(set(new) - _TOLD_APART - {"resolved_at"}):
        found.append(note(f"Case changed: {', '.join(fields)}"))
    if "notes" in said:
        found.append(note(said["notes"]))
    if "escalation" in said:
        found.append(escalation(said["escalation"]))
    return found


def assignment(before: int | None, after: int | None, name_of: NameOf) -> Told:
    """Values are usernames."""
    names = [name_of(user) if user is not None else None for user in (before, after)]
    text = f"Case assigned to {names[1]}" if names[1] else f"Case taken from {names[0]}"
    return Told(
        activity_type=ActivityType.ASSIGNMENT,
        description=text,
        previous_value=names[0],
        new_value=names[1],
    )


def status_change(before: str, after: str) -> Told:
    resolved = after == Status.RESOLVED
    return Told(
        activity_type=ActivityType.RESOLUTION if resolved else ActivityType.STATUS_CHANGE,
        description=f"Case status changed from {before} to {after}",
        previous_value=before,
        new_value=after,
    )


def _priority_change(before: str, after: str) -> Told:
    return Told(
        activity_type=ActivityType.PRIORITY_CHANGE,
        description=f"Case priority changed from {before} to {after}",
        previous_value=before,
        new_value=after,
    )
