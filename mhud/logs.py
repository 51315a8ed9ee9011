"""Structured logs: JSON under systemd, readable on a terminal. What could tell of a caller is cut.

Event names are facts (`link_lost`), values are fields. No digit of a caller's number, no name, no
note, no body and no query string is passed to a logger in the first place; the list below is the
net under that rope.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError
from structlog.typing import ExcInfo

from mhud.clock import Clock, SystemClock
from mhud.config import LogSettings
from mhud.floodgate import Floodgate
from mhud.tracebacks import wordless

TELL_S = 5.0
ERR = 3
_PRIORITIES = {"debug": 7, "info": 6, "warning": 4}
_NEVER = frozenset(
    {
        "api_key",
        "authorization",
        "body",
        "caller_id",
        "caller_name",
        "caller_number",
        "cookie",
        "destination",
        "number",
        "password",
        "query",
        "secret",
        "token",
        "variables",
    }
)


class Level:
    """A processor: drops what is not worth a line. Loggers are cached; this can be changed."""

    def __init__(self) -> None:
        self.least = logging.INFO

    def __call__(
        self, _logger: Any, method: str, entry: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        if _NUMBERS.get(method, logging.ERROR) < self.least:
            raise structlog.DropEvent
        return entry


_NUMBERS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}
_LEVEL = Level()
_GATE = Floodgate(SystemClock().monotonic)


def set_level(name: str) -> None:
    """`debug`, `info`, `warning` or `error`; at once."""
    _LEVEL.least = getattr(logging, name.upper())


async def tell_suppressed(clock: Clock) -> None:
    """For ever: says soon after a flood how many lines it would have been."""
    while True:
        await clock.sleep(TELL_S)
        _GATE.tell()


def close() -> None:
    """Says what has been suppressed up to now."""
    _GATE.tell(to_the_end=True)


def configure(settings: LogSettings) -> None:
    """For the whole process; to stderr."""
    set_level(settings.level)
    console = settings.format == "console" or (settings.format == "auto" and sys.stderr.isatty())
    journal = not console and is_journal(os.environ.get("JOURNAL_STREAM"))
    renderer: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=_traceback)
        if console
        else structlog.processors.JSONRenderer(sort_keys=True)
    )
    marks: list[Any] = [with_priority] if journal else []
    exceptions = structlog.processors.ExceptionRenderer(lambda failure: wordless(failure[1]))
    structlog.configure(
        processors=[
            _LEVEL,
            _GATE,
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            cut,
            *([] if console else [exceptions]),
            renderer,
            *marks,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter(journal))
    handler.addFilter(_GATE)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("aiohttp.server").addFilter(keep_consumers_faults_out)
    warnings.showwarning = warned


def for_commands() -> None:
    """What is bad, to stderr, for commands that configure nothing else.

    By itself structlog prints to stdout, which scripts read, and tracebacks with all variables.
    """
    set_level("warning")
    structlog.configure(
        processors=[
            _LEVEL,
            structlog.processors.add_log_level,
            cut,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=_traceback
            ),
        ],
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )


def keep_consumers_faults_out(record: logging.LogRecord) -> bool:
    """What is no HTTP, or no body, is answered 400: nobody here needs to be told."""
    faults = (HttpProcessingError, RequestPayloadError)
    return not (record.exc_info and isinstance(record.exc_info[1], faults))


def warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """For libraries' warnings, which may quote what came, as a file's name in a broken header."""
    place = f"{Path(filename).name}:{lineno}"
    structlog.get_logger(__name__).warning("library_warned", kind=category.__name__, place=place)


def cut(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Fields that must never be logged are named, not shown."""
    for name in _NEVER & entry.keys():
        entry[name] = "…"
    return entry


class Formatter(logging.Formatter):
    """For libraries, which log by themselves when something of ours failed.

    Which library, how bad, and the traceback; not its message, which may quote what came.
    """

    def __init__(self, journal: bool = False) -> None:
        super().__init__("%(levelname)s %(name)s")
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return with_priority(None, record.levelname.lower(), text) if self._journal else text

    def formatException(self, ei: Any) -> str:
        return wordless(ei[1])


def is_journal(stream: str | None) -> bool:
    """Whether systemd's journal reads stderr; `stream` is JOURNAL_STREAM (systemd.exec(5))."""
    if not stream:
        return False
    stderr = os.fstat(sys.stderr.fileno())
    return stream == f"{stderr.st_dev}:{stderr.st_ino}"


def with_priority(_logger: Any, method: str, text: str) -> str:
    """As the journal wants it (sd-daemon(3)), so that `journalctl -p warning` finds it."""
    mark = f"<{_PRIORITIES.get(method, ERR)}>"
    return mark + text.replace("\n", f"\n{mark}")


def _traceback(to: TextIO, failure: ExcInfo) -> None:
    to.write(wordless(failure[1]))
