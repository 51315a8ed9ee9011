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

_FINGERPRINT = re.compile(f"{FINGERPRINT}([0-9a-f]{{15}})[0-9a-f]{{5}}")
"""Its first 60 bits: a million callers share one with a chance of one in two million."""


def callers_of(folder: Path, numbers: Numbers) -> Callers:
    """`folder` is the data directory, where the key is. Blocks.

    Raises OSError; ValueError for a key file that is no good.
    """
    of_key = fingerprints(folder)

    def caller(number: str | None) -> int | None:
        found = _FINGERPRINT.fullmatch(number or "")
        if found is None:
            key = numbers.key(number)
            found = _FINGERPRINT.fullmatch(of_key(key)) if key else None
        return int(found[1], 16) if found else None

    return caller
