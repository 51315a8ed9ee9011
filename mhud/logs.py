"""Structured logs: JSON under systemd, readable on a terminal. What could tell of a caller is cut.

Event names are facts (`link_lost`), values are fields. No digit of a caller's number, no name, no
note, no body and no query string is passed to a logger in the first place; the list below is the
net under that rope.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from io import StringIO
from typing import Any, TextIO

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from structlog.typing import ExcInfo, Processor

from mhud.clock import Clock, SystemClock
from mhud.config import LogSettings
from mhud.floodgate import Floodgate

TELL_S = 5.0
ERR = 3
_PRIORITIES = {"debug": 7, "info": 6, "warning": 4}
_NUMBER = re.compile(r"\+?[0-9]{5,}")
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


HEAD, TAIL = 6_000, 2_000  # characters of an error: where it rose, and what it is


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
    exceptions: list[Processor] = [structlog.processors.format_exc_info, cut_exception]
    structlog.configure(
        processors=[
            _LEVEL,
            _GATE,
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            cut,
            *([] if console else exceptions),
            renderer,
            *marks,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter("%(levelname)s %(name)s", journal))
    handler.addFilter(_GATE)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("aiohttp.server").addFilter(keep_quotations_out)


def keep_quotations_out(record: logging.LogRecord) -> bool:
    """What is no HTTP is answered 400. The error quotes it: a path, a query, somebody's key."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def cut(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Fields that must never be logged are named, not shown."""
    for name in _NEVER & entry.keys():
        entry[name] = "…"
    return entry


def cut_exception(
    _logger: Any, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An error may quote what it stumbled over, and that may be somebody's number."""
    if isinstance(entry.get("exception"), str):
        entry["exception"] = without_numbers(entry["exception"])
    return entry


class Formatter(logging.Formatter):
    """For libraries, which log by themselves when something of ours failed."""

    def __init__(self, form: str, journal: bool = False) -> None:
        super().__init__(form)
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        text = without_numbers(super().format(record))
        return with_priority(None, record.levelname.lower(), text) if self._journal else text


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


def without_numbers(text: str) -> str:
    """Line numbers stay: they are shorter. The middle of a very long text goes, too."""
    text = _NUMBER.sub("…", text)
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} … {text[-TAIL:]}"


def _traceback(to: TextIO, failure: ExcInfo) -> None:
    text = StringIO()
    structlog.dev.plain_traceback(text, failure)
    to.write(without_numbers(text.getvalue()))
