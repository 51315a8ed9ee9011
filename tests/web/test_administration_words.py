"""The lists that the pages of the administration hold of themselves are the API's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mhud.feeds.filters import EVENT_TYPES
from mhud.portal import STATIC
from mhud.services.queue_settings import STRATEGIES
from mhud.services.rights import ALL, RIGHTS
from mhud.services.roles import FOR_HIMSELF

PAGES = Path(STATIC) / "pages" / "admin"
WORD = re.compile(r'"([a-z_]+(?:[.:][a-z_]+)?)"')
LANGUAGES = ("en", "sw")


def words_in(module: str, beginning: str) -> set[str]:
    """The quoted words of the list that begins so."""
    text = (PAGES / module).read_text()
    assert beginning in text, f"{module} has no {beginning}"
    return set(WORD.findall(text.split(beginning, 1)[1].split("};", 1)[0]))


def texts(language: str, page: str) -> set[str]:
    """The keys that have a text."""
    found = (Path(STATIC) / "messages" / language / f"{page}.js").read_text()
    return set(re.findall(r'^  "?([\w.:]+)"?:', found, re.MULTILINE))


def test_every_event_can_be_chosen_for_a_webhook_and_no_other() -> None:
    assert words_in("event_types.js", "EVENTS = {") == EVENT_TYPES


def test_every_right_can_be_given_and_no_other() -> None:
    assert words_in("rights.js", "GROUPS = {") == {*RIGHTS, *FOR_HIMSELF}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_right_is_said_in_words(language: str) -> None:
    wanted = {f"right.{right}" for right in (*RIGHTS, *FOR_HIMSELF, ALL)}
    said = {key for key in texts(language, "admin") if key.startswith("right.")}
    assert said == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_strategy_is_said_in_words(language: str) -> None:
    wanted = {f"strategy_{name.replace('-', '_')}" for name in STRATEGIES}
    said = {key for key in texts(language, "queue_settings") if key.startswith("strategy_")}
    assert said == wanted
