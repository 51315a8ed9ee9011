"""Where errors rose and of which kind they are; not what they say, for that quotes what came.

A ValueError repeats the name that it could not read, a parser the request with its query.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from mhud.errors import kind

HEAD, TAIL = 6_000, 2_000  # characters: where it began, and where it ended


def wordless(error: BaseException) -> str:
    """As Python prints it, causes first. The middle of a very long one goes, too."""
    text = "\n".join(part.rstrip() for part in _parts(error, set()))
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} … {text[-TAIL:]}"


def _parts(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in told:
        yield from _parts(before, told)
        yield "From this came:"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        yield from traceback.format_tb(error.__traceback__)
    yield kind(error)
    if isinstance(error, BaseExceptionGroup):
        for number, one in enumerate(error.exceptions, 1):
            yield f"{number} of {len(error.exceptions)}:"
            yield from _parts(one, told)
