"""Names as they are compared: without case, accents and the marks within a word."""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS = 12
_LIGATURES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
    | {"\u0131": "i"}  # dotless
)
# of apostrophes in Ng'ang'a, each keyboard has its own
_WITHIN = re.compile("['`\u00b4\u2018\u2019\u02bb\u02bc\u02b9]")
_BETWEEN = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """`José  Ng'ang'a-Müller` is `jose nganga muller`."""
    plain = unicodedata.normalize("NFKD", _WITHIN.sub("", text)).casefold().translate(_LIGATURES)
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return _BETWEEN.sub(" ", unicodedata.normalize("NFKC", bare)).strip()


def words(text: str) -> tuple[str, ...]:
    """Each part of a name once, in order; the first dozen."""
    return tuple(dict.fromkeys(folded(text).split()))[:MOST_WORDS]


def folded_email(text: str) -> str:
    return text.strip().casefold()
