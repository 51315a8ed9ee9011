"""Whether a receiver is there. One that is not is left alone, and asked again by one delivery."""

from __future__ import annotations

from collections.abc import Callable

from mhud.config import WebhookSettings
from mhud.feeds.webhook_verdict import Answer, pause_s

REST_AFTER = 10  # failures in a row that tell of the receiver
HOPELESS = 5  # rests in a row: half an hour, as it is delivered


class Health:
    """Times are monotonic seconds. `spread` gives numbers from 0 to 1."""

    def __init__(self, settings: WebhookSettings, spread: Callable[[], float]) -> None:
        self.rests = 0  # in a row
        self._settings = settings
        self._spread = spread
        self._failures = 0
        self._rest_until = 0.0

    @property
    def is_hopeless(self) -> bool:
        return self.rests >= HOPELESS

    def rest_ends(self, now: float) -> float | None:
        """None: it does not rest."""
        return self._rest_until if now < self._rest_until else None

    def places(self, now: float, at_once: int) -> int:
        """How many deliveries may be under way."""
        if now < self._rest_until:
            return 0
        return 1 if self.rests else at_once

    def learn(self, answer: Answer, now: float) -> bool:
        """True: it is back, after it was left alone."""
        if answer.retry_after_s:
            self._rest(now, answer.retry_after_s)
        elif not answer.tells_of_the_receiver:
            was_away = self.rests > 0
            self._failures = self.rests = 0
            self._rest_until = now
            return was_away
        else:
            self._failures += 1
            is_up = now >= self._rest_until  # else it was under way when the rest began
            if is_up and (self.rests or self._failures >= REST_AFTER):
                self._rest(now, pause_s(self.rests + 2, self._settings, self._spread()))
        return False

    def _rest(self, now: float, for_s: float) -> None:
        if now >= self._rest_until:
            self.rests += 1
        self._rest_until = max(self._rest_until, now + for_s)
