"""Phone numbers as they are compared: however one was typed or signaled, it has one key.

A key finds *candidates*. It proves nothing about who calls: a family shares its phone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    country_code_for_region,
    format_number,
    is_valid_number,
    national_significant_number,
    parse,
)

LONGEST = 64
"""Characters. Nothing longer is a number; E.164 has 15 digits."""
FEWEST_DIGITS = 2
_SCHEME = re.compile(r"^(tel|sips?|callto):\s*", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_BARE_INTERNATIONAL = 11
"""A trunk may leave out the plus. Shorter digits may as well be a local number."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """`region`: two letters, such as KE, where a number without a country code is at home.

    None: only numbers with a country code are known, the others compare by their digits.
    """

    region: str | None = None

    def key(self, text: str | None) -> str | None:
        """E.164 of a valid number, else its plain digits; None where there is nothing to match.

        Withheld, blank and anonymous callers have None: they match nobody, each other included.
        """
        if text is None or len(text) > LONGEST:
            return None
        spelled = _plain(text)
        for spelling in _spellings(spelled):
            if valid := self._e164(spelling):
                return valid
        return _digits(spelled)

    def spellings(self, key: str) -> frozenset[str]:
        """How exchanges write the number of this key, without spaces: for exact comparison."""
        digits = key.removeprefix("+")
        found = {digits, f"+{digits}", f"00{digits}"}
        number = parse(key, None) if key.startswith("+") else None
        if number and number.country_code == country_code_for_region(self.region or ""):
            local = _only_digits(format_number(number, PhoneNumberFormat.NATIONAL))
            found |= {local, national_significant_number(number)}
        return frozenset(one for one in found if self.key(one) == key)

    def _e164(self, text: str) -> str | None:
        try:
            number = parse(text, self.region)
        except NumberParseException:
            return None
        return format_number(number, PhoneNumberFormat.E164) if is_valid_number(number) else None


def _plain(text: str) -> str:
    """Without scheme and host, in ASCII digits."""
    text = "".join(_ascii(char) for char in unicodedata.normalize("NFKC", text))
    return _SCHEME.sub("", text.strip()).partition("@")[0].partition(";")[0].strip()


def _ascii(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def _spellings(text: str) -> Iterator[str]:
    """The number as it may have been meant; the first valid one is taken."""
    yield text
    before = _before_letters(text)
    digits = _only_digits(before)
    if digits.startswith("00"):  # not every region's own prefix, but everybody's habit
        yield f"+{digits[2:]}"
    yield before
    if len(digits) >= _BARE_INTERNATIONAL:
        yield f"+{digits}"


def _digits(text: str) -> str | None:
    digits = _only_digits(_before_letters(text))
    if digits.startswith("00") and len(digits) >= _BARE_INTERNATIONAL:
        digits = digits[2:]  # as with a plus
    return digits if len(digits) >= FEWEST_DIGITS and digits.strip("0") else None


def _before_letters(text: str) -> str:
    """`0722 000 000 (mother)` is a number, `anonymous123` is none."""
    found = _LETTER.search(text)
    return text[: found.start()] if found else text


def _only_digits(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isdigit())
