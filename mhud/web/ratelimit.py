"""Requests per minute: a window per asker and bucket, begun by its first request."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mhud.clock import Clock
from mhud.errors import Code, MhudError

WINDOW_S = 60.0
KEPT = 20_000  # windows in memory; more means an attack from many addresses
ANONYMOUS = 60  # per IP address
SIGN_IN = 10  # per user name and IP address
SIGN_IN_ADDRESS = 10 * SIGN_IN  # a whole shift signs in behind one address


@dataclass(frozen=True, slots=True)
class Allowance:
    """`reset`: when the window ends, seconds since 1970. `wait_s` is 0 while there is room."""

    limit: int
    remaining: int
    reset: int
    wait_s: int


@dataclass(slots=True)
class _Window:
    until: float
    reset: int
    count: int


class Limiter:
    """In memory: a restart is generous to everybody once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[tuple[str, str], _Window] = {}

    def take(self, bucket: str, asker: str, limit: int) -> Allowance:
        """Counts one request."""
        now = self._clock.monotonic()
        window = self._windows.get((bucket, asker))
        if window is None or now >= window.until:
            window = self._begin(bucket, asker, now)
        window.count += 1
        over = window.count > limit
        return Allowance(
            limit=limit,
            remaining=max(0, limit - window.count),
            reset=window.reset,
            wait_s=max(1, math.ceil(window.until - now)) if over else 0,
        )

    def _begin(self, bucket: str, asker: str, now: float) -> _Window:
        if len(self._windows) >= KEPT:
            self._sweep(now)
        reset = math.ceil(self._clock.now().timestamp() + WINDOW_S)
        window = self._windows[bucket, asker] = _Window(now + WINDOW_S, reset, 0)
        return window

    def _sweep(self, now: float) -> None:
        """Makes much room at once: a sweep for each new asker would be what an attack wants."""
        self._windows = {key: one for key, one in self._windows.items() if now < one.until}
        while len(self._windows) > KEPT // 2:
            del self._windows[next(iter(self._windows))]


def rate_limited(wait_s: int) -> MhudError:
    return MhudError(
        Code.RATE_LIMITED, f"too many requests; try again in {wait_s} s", retry_after=wait_s
    )
