"""Kinds of fields that the models of both dialects share. Errors never repeat what was sent."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

_YEARS = range(1900, 3000)  # a day more or a time zone must not lead out of the calendar


def _moment(text: object) -> datetime | date:
    """A date without a time stays one. Raises ValueError, without what was sent."""
    if isinstance(text, str):
        try:
            short = len(text) == len("2025-03-03")
            found = date.fromisoformat(text) if short else datetime.fromisoformat(text)
            if found.year in _YEARS:
                return found
        except ValueError:
            pass
    raise ValueError("is neither an instant like 2025-03-03T09:00:00Z nor a day like 2025-03-03")


def _written(text: object) -> object:
    """A number would be taken for seconds since 1970. Raises ValueError."""
    if isinstance(text, str) and _DATED.match(text):
        return text
    raise ValueError("is not a day like 2025-03-03, or an instant like 2025-03-03T09:00:00Z")


def _within(at: datetime) -> datetime:
    """Raises ValueError."""
    if at.year not in _YEARS:
        raise ValueError("is in no year that a clock could show")
    return at


_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[date, BeforeValidator(_written)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_within)]
Moment = Annotated[datetime | date, BeforeValidator(_moment)]
Ident = Annotated[str, Field(min_length=1, max_length=128)]
Whole = Annotated[int, Field(strict=True)]


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("control characters are not allowed")
    return text


Printable = Annotated[str, Field(min_length=1), AfterValidator(_line)]
"""One line; its length is the field's to say."""
Line = Annotated[Printable, Field(max_length=100)]


def _text(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters are not allowed")
    return text


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
Text = Annotated[str, AfterValidator(_text)]
"""What people write, in as many lines as they like; its length is the field's to say."""


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


Said = Annotated[Text, AfterValidator(_said)]
"""Text that says something."""
UserId = Annotated[int, Field(strict=True, ge=1, lt=2**53)]
_ATOM = r"[^@.\s]+"
_SIGNS = r"\s\x00-,./:-@\[-`{-\x7f"  # of ASCII; in a name of a host only the hyphen is one
_LABEL = rf"[^{_SIGNS}\-](?:[^{_SIGNS}]*[^{_SIGNS}\-])?"
_EMAIL = rf"^{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*$"
Email = Annotated[str, Field(max_length=254, pattern=_EMAIL), AfterValidator(_line)]
"""What a letter could be sent to, by its form."""
