"""What stands for a caller's number in the tallies: a keyed hash, the same for all its spellings.

It is made of the fingerprint that takes an old number's place in the call records, so that calls
can be counted again when their numbers are long gone.
"""

from __future__ import annotations

import re
from pathlib import Path

from mhud.feeds.counting import Callers
from mhud.numbers import Numbers
from mhud.services.retention import FINGERPRINT, fingerprints

_FINGERPRINT = re.compile(f"{FINGERPRINT}[0-9a-f]{{20}}")
CALLER_BITS = 60
"""Of a fingerprint the first ones: a million callers share some with a chance of 1 : 2 000 000."""


def callers_of(folder: Path, numbers: Numbers) -> Callers:
    """`folder` is the data directory, where the key is. Blocks.

    Raises OSError; ValueError for a key file that is no good.
    """
    of_key = fingerprints(folder)

    def caller(number: str | None) -> int | None:
        if number is not None and _FINGERPRINT.fullmatch(number):
            return caller_of(number)
        key = numbers.key(number)
        return None if key is None else caller_of(of_key(key))

    return caller


def caller_of(fingerprint: str) -> int:
    """What stands in the tallies for the number that has this fingerprint."""
    return int(fingerprint.removeprefix(FINGERPRINT)[: CALLER_BITS // 4], 16)
