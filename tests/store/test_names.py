"""Names are compared without case, accents and apostrophes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhud.store.names import folded, words


@pytest.mark.parametrize(
    ("name", "as_compared"),
    [
        ("José  Ng'ang'a-Müller", "jose nganga muller"),
        ("O\u2019Brien", "obrien"),
        ("Søren Łukasz Weiß", "soren lukasz weiss"),
        ("\u0130stanbul", "istanbul"),
        ("\u0623\u062d\u0645\u062f", "\u0627\u062d\u0645\u062f"),  # Ahmed, and his hamza
        ("王小明", "王小明"),
        ("  ", ""),
        ("...", ""),
    ],
)
def test_a_name_as_it_is_compared(name: str, as_compared: str) -> None:
    assert folded(name) == as_compared


@given(st.text(max_size=60))
def test_what_is_folded_is_folded(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert words(folded(text)) == words(text)


@given(st.text(max_size=40))
def test_capitals_make_no_difference(text: str) -> None:
    assert folded(text.casefold()) == folded(text)
