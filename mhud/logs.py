"""Structured logs: JSON under systemd, readable on a terminal. What could tell of a caller is cut.

Event names are facts (`link_lost`), values are fields. No digit of a caller's number, no name, no
note, no body and no query string is passed to a logger in the first place; the list below is the
net under that rope.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from aiohttp.http_exceptions import HttpProcessingError

from mhud.config import LogSettings

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


def configure(settings: LogSettings) -> None:
    """For the whole process; to stderr."""
    level = getattr(logging, settings.level.upper())
    console = settings.format == "console" or (settings.format == "auto" and sys.stderr.isatty())
    renderer: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if console
        else structlog.processors.JSONRenderer(sort_keys=True)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            cut,
            *([] if console else [structlog.processors.format_exc_info]),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s")
    logging.getLogger("aiohttp.server").addFilter(keep_quotations_out)


def keep_quotations_out(record: logging.LogRecord) -> bool:
    """What is no HTTP is answered 400. The error quotes it: a path, a query, somebody's key."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def cut(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Fields that must never be logged are named, not shown."""
    for name in _NEVER & entry.keys():
        entry[name] = "…"
    return entry
