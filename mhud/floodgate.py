"""Not more than a few log lines a minute of each kind, so that no flood fills the disk."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog

PER_MINUTE = 10
WINDOW_S = 60.0
KINDS = 500  # beyond so many, all that are new count as one kind
SHOWN = 80  # characters of a library's message that tell its kinds apart
SUPPRESSED = "suppressed"
Kind = tuple[str, str, str]  # event, level, which error and where


@dataclass(slots=True)
class Window:
    """A minute, begun by the first line of its kind."""

    until: float
    count: int = 0


class Floodgate:
    """Lets the first lines of each kind pass, and says later how many it did not."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now`: monotonic seconds."""
        self._now = now
        self._windows: dict[Kind, Window] = {}
        self._next = now() + WINDOW_S

    def __call__(
        self, _logger: Any, method: str, entry: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """As a processor of structlog. Raises DropEvent."""
        event = str(entry.get("event"))
        if event != SUPPRESSED and not self.passes((event, method, _error_of(entry))):
            raise structlog.DropEvent
        return entry

    def filter(self, record: logging.LogRecord) -> bool:
        """As a filter of logging, for libraries. The text before its arguments are put in."""
        level = record.levelname.lower()
        return self.passes((f"{record.name}: {str(record.msg)[:SHOWN]}", level, ""))

    def passes(self, kind: Kind) -> bool:
        now = self._now()
        if now >= self._next:
            self.tell()
        window = self._windows.get(kind)
        if window is None:
            window = self._begin(kind, now)
        window.count += 1
        return window.count <= PER_MINUTE

    def tell(self, *, to_the_end: bool = False) -> None:
        """Logs what was suppressed in windows that have ended; `to_the_end`: in all."""
        now = self._now()
        over = [kind for kind, one in self._windows.items() if to_the_end or now >= one.until]
        ended = [(kind, self._windows.pop(kind)) for kind in over]
        self._next = min((one.until for one in self._windows.values()), default=now + WINDOW_S)
        for kind, window in ended:
            if window.count > PER_MINUTE:
                _say(kind, window.count - PER_MINUTE)

    def _begin(self, kind: Kind, now: float) -> Window:
        if len(self._windows) >= KINDS:
            kind = ("other", kind[1], "")
        return self._windows.setdefault(kind, Window(now + WINDOW_S))


def _say(kind: Kind, count: int) -> None:
    event, level, error = kind
    log = structlog.get_logger(__name__)
    log.warning(
        SUPPRESSED, of=event, of_level=level, count=count, **({"at": error} if error else {})
    )


def _error_of(entry: Mapping[str, Any]) -> str:
    """Its kind and line: another bug under the same event is another kind of line."""
    found = entry.get("exc_info")
    error = found[1] if isinstance(found, tuple) else found
    if error is True:
        error = sys.exc_info()[1]
    if not isinstance(error, BaseException):
        return ""
    trace, line = error.__traceback__, 0
    while trace is not None:
        line = trace.tb_lineno
        trace = trace.tb_next
    return f"{type(error).__name__}:{line}"
