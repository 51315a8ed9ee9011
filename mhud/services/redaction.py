"""Taking one person's name, numbers and addresses out of what others wrote."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from mhud.numbers import Numbers
from mhud.store.clients import Client
from mhud.store.erasure import ERASED
from mhud.store.names import folded, folded_email

_PART = re.compile(r"\S+")
MOST_PARTS, FEWEST_DIGITS = 6, 7  # of a number within a row of digits
_NUMBER = re.compile(r"\+?\d[\d\s()./-]{3,}\d")
_WORD = re.compile(r"[^\W_](?:[^\W_]|['\u2019-])*")
_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"',;]+\w")


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a person is told: names folded, numbers as keys, addresses folded."""

    numbers: Numbers
    names: frozenset[str] = field(repr=False)
    keys: frozenset[str] = field(repr=False)
    emails: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, numbers: Numbers, people: Collection[Client]) -> Identity:
        return cls(
            numbers,
            names=frozenset(folded(one.name) for one in people),
            keys=frozenset(phone.key for one in people for phone in one.phones if phone.key),
            emails=frozenset(folded_email(one.email) for one in people if one.email),
        )

    def is_name(self, text: str | None) -> bool:
        return text is not None and folded(text) in self.names

    def is_number(self, text: str | None) -> bool:
        return self.numbers.key(text) in self.keys if text else False

    def is_email(self, text: str | None) -> bool:
        return text is not None and folded_email(text) in self.emails

    def hide(self, text: str) -> str:
        """His full names, numbers and addresses become `[erased]`; parts of a name stay."""
        text = _ADDRESS.sub(lambda m: ERASED if self.is_email(m[0]) else m[0], text)
        text = _NUMBER.sub(lambda m: self._without_number(m[0]), text)
        for begin, end in reversed(list(self._named(text))):
            text = text[:begin] + ERASED + text[end:]
        return text

    def _without_number(self, row: str) -> str:
        """Digits that stand together may be one number, or a date and two numbers."""
        if self.is_number(row):
            return ERASED
        parts, done, left = list(_PART.finditer(row)), 0, ""
        for first, last in _groups(len(parts)):
            begin, end = parts[first].start(), parts[last].end()
            text = row[begin:end]
            if begin >= done and _digits(text) >= FEWEST_DIGITS and self.is_number(text):
                left, done = f"{left}{row[done:begin]}{ERASED}", end
        return left + row[done:]

    def _named(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a full name stands, from its first to its last word."""
        found = list(_WORD.finditer(text))
        folds = [folded(word[0]) for word in found]
        last = 0
        for place in range(len(found)):
            for name in self.names:
                end = _end_of(name, folds, place)
                if end is not None and found[place].start() >= last:
                    last = found[end].end()
                    yield found[place].start(), last


def _groups(parts: int) -> Iterator[tuple[int, int]]:
    """First and last of each few that stand together."""
    for first in range(parts):
        for last in range(first, min(first + MOST_PARTS, parts)):
            yield first, last


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def _end_of(name: str, folds: list[str], place: int) -> int | None:
    """The last word of the name if it begins at this word."""
    said = ""
    for at in range(place, min(place + len(name.split()), len(folds))):
        said = f"{said} {folds[at]}".strip()
        if said == name:
            return at
    return None
