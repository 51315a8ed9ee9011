"""The words of a case that have a fixed list of values, and which status may follow which."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """In the order in which a case goes through them."""

    OPEN = "open"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Gender(StrEnum):
    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class ActivityType(StrEnum):
    NOTE = "note"
    STATUS_CHANGE = "status_change"
    ASSIGNMENT = "assignment"
    ESCALATION = "escalation"
    RESOLUTION = "resolution"
    PRIORITY_CHANGE = "priority_change"
    ATTACHMENT = "attachment"
    COMMUNICATION = "communication"


DONE = frozenset({Status.RESOLVED, Status.CLOSED})
_ORDER = tuple(Status)


def may_follow(before: Status, after: Status) -> bool:
    """Forward, steps may be skipped; and what is done may be taken up again."""
    if before in DONE and after is Status.IN_PROGRESS:
        return True
    return _ORDER.index(after) > _ORDER.index(before)
