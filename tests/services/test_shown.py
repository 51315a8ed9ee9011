"""What lists have shown lately: nothing is recorded twice within an hour, nothing new is missed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mhud.services.rights import NOBODY, Principal
from mhud.services.shown import FRESH_S, REMEMBERED, Shown

JANE = replace(NOBODY, ident="user:1", ip="192.0.2.1")


def recorded(
    shown: Shown, who: Principal = JANE, now: float = 0.0, **looks: int
) -> list[int | str]:
    """What is new, which is then kept."""
    news = shown.news(who, "case.list", looks, now)
    shown.keep(who, "case.list", {one: looks[str(one)] for one in news}, now)
    return news


def test_what_was_recorded_is_no_news_for_an_hour() -> None:
    shown = Shown()
    assert recorded(shown, a=1, b=1) == ["a", "b"]
    assert recorded(shown, a=1, b=1, c=1) == ["c"]
    assert recorded(shown, now=FRESH_S - 1, a=1) == []
    assert recorded(shown, now=FRESH_S, a=1, c=1) == ["a", "c"]


def test_polling_does_not_make_the_hour_longer() -> None:
    shown = Shown()
    recorded(shown, a=1)
    assert recorded(shown, now=FRESH_S / 2, a=1) == []
    assert recorded(shown, now=FRESH_S, a=1) == ["a"]


def test_what_has_changed_is_news() -> None:
    shown = Shown()
    recorded(shown, a=1, b=1)
    assert recorded(shown, a=2, b=1) == ["a"]


@pytest.mark.parametrize(
    "other",
    [
        replace(JANE, ident="user:2"),
        replace(JANE, login="login-1"),
        replace(JANE, ip="192.0.2.2"),
    ],
)
def test_what_one_was_shown_is_news_to_another_credential_or_address(other: Principal) -> None:
    shown = Shown()
    recorded(shown, a=1)
    assert recorded(shown, other, a=1) == ["a"]


def test_what_a_list_has_shown_is_news_in_a_search() -> None:
    shown = Shown()
    recorded(shown, a=1)
    assert shown.news(JANE, "case.search", {"a": 1}, 0.0) == ["a"]


def test_when_the_memory_is_full_what_was_not_asked_for_the_longest_is_recorded_again() -> None:
    shown = Shown()
    recorded(shown, polled=1, forgotten=1)
    shown.keep(JANE, "case.list", dict.fromkeys(range(REMEMBERED - 2), 1), 0.0)
    assert recorded(shown, polled=1) == []
    shown.keep(JANE, "case.list", {REMEMBERED: 1}, 0.0)
    assert recorded(shown, polled=1, forgotten=1) == ["forgotten"]
