"""Taking one person's name, numbers and addresses out of what others wrote."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from mhud.numbers import Numbers
from mhud.store.clients import Client
from mhud.store.erasure import ERASED
from mhud.store.names import folded, folded_email

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
        text = _NUMBER.sub(lambda m: ERASED if self.is_number(m[0]) else m[0], text)
        for begin, end in reversed(list(self._named(text))):
            text = text[:begin] + ERASED + text[end:]
        return text

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


def _end_of(name: str, folds: list[str], place: int) -> int | None:
    """The last word of the name if it begins at this word."""
    said = ""
    for at in range(place, min(place + len(name.split()), len(folds))):
        said = f"{said} {folds[at]}".strip()
        if said == name:
            return at
    return None
