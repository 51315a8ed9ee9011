"""The words of a call centre that have a fixed list of values, as the API prints them."""

from __future__ import annotations

from enum import StrEnum


class CallStatus(StrEnum):
    INITIATING = "initiating"
    RINGING = "ringing"
    IVR = "ivr"
    QUEUED = "queued"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    ENDED = "ended"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class EndReason(StrEnum):
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    TIMEOUT = "timeout"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    INVALID_DESTINATION = "invalid-destination"
    AGENT_DID_NOT_ANSWER = "agent-did-not-answer"
    FAILED = "failed"
    EXPIRED = "expired"
    MERGED = "merged"
    LOST_LINK = "lost-link"


class Consultation(StrEnum):
    """Of an agent who asks somebody else before he transfers a call."""

    CALLING = "calling"
    TALKING = "talking"


class Outcome(StrEnum):
    """How a call's stay in one queue ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMEOUT = "timeout"
    FULL = "full"
    EMPTY = "empty"
    LEFT = "left"  # redirected, or sent on by the dialplan
    UNKNOWN = "unknown"  # it ended while nobody was looking


class AgentStatus(StrEnum):
    OFFLINE = "offline"
    ON_CALL = "on-call"
    RINGING = "ringing"
    WRAP_UP = "wrap-up"
    UNREACHABLE = "unreachable"
    ON_BREAK = "on-break"
    AVAILABLE = "available"


class SlaFormula(StrEnum):
    """See `Figures.service_level` in live/figures.py for each formula."""

    WITHOUT_ABANDONED = "without-abandoned"
    HANDLED_ONLY = "handled-only"
    POSITIVE = "positive"
    NEGATIVE = "negative"
