"""Of what settings are made: sections, and kinds of text that are checked."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _no_controls(text: str) -> str:
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        raise ValueError("control characters are not allowed")
    return text


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    return pattern


def _has_the_link(text: str) -> str:
    if "{link}" not in text:
        raise ValueError("{link} stands nowhere in it")
    return text


Line = Annotated[str, AfterValidator(_no_controls)]
Linking = Annotated[str, AfterValidator(_has_the_link)]
Pattern = Annotated[str, AfterValidator(_compiles)]
Context = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,79}$")]
"""A name in Asterisk's configuration that is written into actions."""

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _hours(hours: dict[str, dict[str, str]] | None) -> dict[str, dict[str, str]] | None:
    for day, span in (hours or {}).items():
        if day not in DAYS or set(span) != {"start", "end"}:
            raise ValueError("each of monday … sunday has a start and an end")
        start, end = span["start"], span["end"]
        if not _CLOCK.fullmatch(start) or not (_CLOCK.fullmatch(end) or end == "24:00"):
            raise ValueError("start and end are HH:MM")
        if start == end:  # an end before the start is on the next day
            raise ValueError("start and end must differ")
    return hours


Hours = Annotated[dict[str, dict[str, str]] | None, AfterValidator(_hours)]
