"""How a question becomes words, phrases and beginnings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhud.services.search import MOST_TERMS, terms_of
from mhud.store.search import Term


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("child", [Term("child")]),
        ("  child   school ", [Term("child"), Term("school")]),
        ("child*", [Term("child", prefix=True)]),
        ("child**", [Term("child", prefix=True)]),
        ("c*", [Term("c")]),
        ('"left home"', [Term("left home")]),
        ('"left ho"*', [Term("left ho", prefix=True)]),
        ("„left home“ “at night”", [Term("left home"), Term("at night")]),
        ("child-safety", [Term("child-safety")]),
        ("CASE-2025-0012*", [Term("CASE-2025-0012", prefix=True)]),
        ("child child", [Term("child")]),
        ('"left home', [Term("left"), Term("home")]),
        ('a"b"c', [Term("a"), Term("b"), Term("c")]),
        ("NEAR(child school)", [Term("NEAR(child"), Term("school)")]),
        ("title:child AND -school", [Term("title:child"), Term("AND"), Term("-school")]),
        ("", []),
        ('" * - ( ) ^ + : "" **', []),
        ("😀 ☎", []),
        ("مدرسة *", [Term("مدرسة")]),
    ],
)
def test_a_question_is_cut_into_terms(question: str, terms: list[Term]) -> None:
    assert list(terms_of(question)) == terms


@given(st.text() | st.text(alphabet='"*- ()ab\0'))
def test_no_question_is_wrong_and_none_is_endless(question: str) -> None:
    terms = terms_of(question)
    assert len(terms) <= MOST_TERMS
    assert all(any(char.isalnum() for char in term.text) for term in terms)


def test_what_was_asked_is_in_no_repr() -> None:
    assert "child" not in repr(terms_of("child"))
