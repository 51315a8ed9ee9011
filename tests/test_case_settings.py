"""The template of case numbers tells cases apart, or the settings are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mhud.config_cases import CaseSettings


@pytest.mark.parametrize(
    "template",
    ["", "CASE", "CASE-{year}", "CASE-{number}", "{year}-{number}-{number}", "{year}{number}",
     "{number}{year}", "C {year}-{number}", "{year}-{number}{", "{year}-{number!r}",
     "{year}-{number}-{0}", "{year.__class__}-{number}", "{year}-{number}\n", "{year}-{number}é",
     "x" * 40 + "{year}-{number}"],
)  # fmt: skip
def test_a_template_that_would_not_is_refused(template: str) -> None:
    with pytest.raises(ValidationError, match="number_template"):
        CaseSettings(number_template=template)


@given(
    template=st.sampled_from(["CASE-{year}-{number}", "{number}/{year}", "KE{year}.{number}-x"]),
    one=st.tuples(st.integers(2000, 2999), st.integers(1, 10**9)),
    other=st.tuples(st.integers(2000, 2999), st.integers(1, 10**9)),
)
def test_no_two_cases_have_one_number(
    template: str, one: tuple[int, int], other: tuple[int, int]
) -> None:
    settings = CaseSettings(number_template=template)
    assert (settings.number(*one) == settings.number(*other)) is (one == other)


def test_a_number_has_six_digits_or_more() -> None:
    settings = CaseSettings()
    assert settings.number(2025, 1234) == "CASE-2025-001234"
    assert settings.number(2025, 1_234_567) == "CASE-2025-1234567"
