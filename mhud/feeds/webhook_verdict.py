"""What came of a try, and when the next one is due. Pure: no clock, no network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mhud.clock import rfc3339
from mhud.config import WebhookSettings
from mhud.store.deliveries import DELIVERED, EXHAUSTED, FAILURES, WAITING, Tried, Waiting

GONE = 410
_OVERLOADED = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`status` None: there was none, and `error` says why, in a word.

    `has_moved`: the webhook has had another address since this one was asked.
    """

    status: int | None = None
    error: str | None = None
    duration_ms: int = 0
    retry_after_s: float | None = None
    has_moved: bool = False

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == GONE and not self.has_moved

    @property
    def tells_of_the_receiver(self) -> bool:
        """Whether any other delivery would fare the same: it is away, or has too much to do."""
        return self.status is None or self.status in _OVERLOADED

    @property
    def word(self) -> str | None:
        """Why it is no success."""
        if self.is_good:
            return None
        if self.status is None:
            return self.error
        return "redirect" if 300 <= self.status < 400 else "status"


def pause_s(failures: int, settings: WebhookSettings, spread: float) -> float:
    """After so many failures: none, then `retry_s`, doubling. `spread` 0 … 1 makes ±10 %."""
    if failures <= 1:
        return 0.0
    doubled = settings.retry_s * 2.0 ** min(failures - 2, 40)
    return min(doubled, settings.retry_max_s) * (0.9 + 0.2 * spread)


def verdict(
    one: Waiting, answer: Answer, at: datetime, settings: WebhookSettings, spread: float
) -> Tried:
    """`at`: when the answer came."""
    attempts = one.attempts + 1
    state, next_at = DELIVERED, None
    if not answer.is_good:
        over = answer.is_gone or at >= one.give_up_at
        state = EXHAUSTED if over else WAITING
        wait_s = max(pause_s(attempts, settings, spread), answer.retry_after_s or 0.0)
        next_at = None if over else min(at + timedelta(seconds=wait_s), one.give_up_at)
    return Tried(
        n=one.n,
        state=state,
        attempts=attempts,
        tried_at=at,
        duration_ms=answer.duration_ms,
        status=answer.status,
        error=answer.word,
        next_at=next_at,
        failures=one.failures if answer.is_good else [_told(answer, at), *one.failures][:FAILURES],
    )


def _told(answer: Answer, at: datetime) -> dict[str, Any]:
    return {
        "at": rfc3339(at),
        "status": answer.status,
        "error": answer.word,
        "duration_ms": answer.duration_ms,
    }
