"""One finding, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"  # works, but should be otherwise
    WRONG = "wrong"
    UNKNOWN = "unknown"  # can't be seen from here


@dataclass(frozen=True)
class Check:
    """`text` is one sentence that says what is; `fix` what to do, None when all is well."""

    name: str
    state: State
    text: str
    fix: str | None = None


def ok(name: str, text: str) -> Check:
    return Check(name, State.OK, text)


def warning(name: str, text: str, fix: str) -> Check:
    return Check(name, State.WARNING, text, fix)


def wrong(name: str, text: str, fix: str) -> Check:
    return Check(name, State.WRONG, text, fix)


def unknown(name: str, text: str, fix: str) -> Check:
    return Check(name, State.UNKNOWN, text, fix)
