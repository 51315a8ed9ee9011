"""A trace that may leave the house: other numbers and names, the same story."""

from __future__ import annotations

import re

_NUMBER = re.compile(
    rb"(?m)^\w*(?:CallerIDNum|ConnectedLineNum|Exten|Extension|DNID|CallerID): ([^\r\n]*)"
)
_DIGITS = re.compile(rb"[0-9]{5,}")  # shorter ones are extensions of the house
_ALONE = re.compile(rb"(?<![0-9A-Za-z])[0-9]{5,}(?![0-9])")
_NAME = re.compile(rb"(?m)^(\w*(?:CallerIDName|ConnectedLineName)|MemberName|Name): ([^\r\n]+)")
_SPOKEN = re.compile(rb"(?m)^(CallerID): [^<\r\n]*<")
_SECRET = re.compile(rb"(?im)^(Secret|Key):[^\r\n]*")
_NOBODY = frozenset({b"<unknown>", b"unknown"})


def anonymise(stream: bytes) -> bytes:
    """Each number of five digits or more that called, was called or was dialed becomes another
    of the same length, each name `Name 1`, `Name 2`…: the same everywhere, in any order of calls.

    Ids, queues, interfaces and short extensions stay. So does what a dialplan wrote into headers
    of its own, numbers aside: read the result before you give it away.
    """
    stream = _SECRET.sub(rb"\1: ********", stream)
    stream = _SPOKEN.sub(rb"\1: Name <", stream)
    return _other_names(_other_numbers(stream))


def _other_numbers(stream: bytes) -> bytes:
    found = _DIGITS.findall(b"\n".join(_NUMBER.findall(stream)))
    others = {
        digits: b"5" + str(turn).encode().rjust(len(digits) - 1, b"0")
        for turn, digits in enumerate(dict.fromkeys(found), 1)
    }
    return _ALONE.sub(lambda match: others.get(match[0], match[0]), stream)


def _other_names(stream: bytes) -> bytes:
    others: dict[bytes, bytes] = {}

    def other(match: re.Match[bytes]) -> bytes:
        header, name = match.groups()
        if name in _NOBODY:
            return match[0]
        return header + b": " + others.setdefault(name, b"Name %d" % (len(others) + 1))

    return _NAME.sub(other, stream)
