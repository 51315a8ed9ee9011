"""The lists that the pages of cases and reports hold of themselves are the API's."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from mhud.portal import STATIC
from mhud.services.case_rights import READERS
from mhud.services.case_words import Gender, Priority, Status, may_follow
from mhud.services.metrics import METRICS
from mhud.services.report_ask import GROUPINGS
from mhud.services.report_formats import FORMATS
from mhud.services.report_times import Period

PAGES = Path(STATIC) / "pages"
LISTS = {
    "cases/narrowing.js STATUSES": tuple(Status),
    "cases/vocabulary.js PRIORITIES": tuple(Priority),
    "cases/vocabulary.js GENDERS": tuple(Gender),
    "cases/case_rights.js READERS": READERS,
    "reports/metrics.js GROUPS": GROUPINGS,
    "reports/metrics.js FORMATS": FORMATS,
    "reports/metrics.js PERIODS": tuple(Period),
}
TEXTS = {
    "reports metric_": tuple(METRICS),
    "reports group_": GROUPINGS,
    "reports period_": tuple(Period),
    "words case_status.": tuple(Status),
    "words priority.": tuple(Priority),
}


@pytest.mark.parametrize("place", LISTS)
def test_what_can_be_chosen_is_what_the_api_takes(place: str) -> None:
    module, name = place.split()
    found = re.search(rf"\b{name} = \[(.*?)\]", (PAGES / module).read_text(), re.DOTALL)
    assert found is not None
    assert set(re.findall(r'"(\w+)"', found[1])) == set(LISTS[place])


def test_every_figure_can_be_asked_for_in_its_unit() -> None:
    text = (PAGES / "reports/metrics.js").read_text().split("METRICS = {", 1)[1].split("};", 1)[0]
    shown = dict(re.findall(r'(\w+): "(\w+)"', text))
    assert shown == {name: metric.unit.value for name, metric in METRICS.items()}


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("place", TEXTS)
def test_it_is_said_in_words(place: str, language: str) -> None:
    page, beginning = place.split()
    text = (Path(STATIC) / "messages" / language / f"{page}.js").read_text()
    keys = set(re.findall(r'^  "?([\w.-]+)"?:', text, re.MULTILINE))
    assert {beginning + word for word in TEXTS[place]} <= keys


def test_the_order_of_statuses_is_that_in_which_a_case_goes_forward() -> None:
    text = (PAGES / "cases/narrowing.js").read_text()
    order = re.findall(r'"(\w+)"', text.split("STATUSES = [", 1)[1].split("]", 1)[0])
    assert all(may_follow(Status(before), Status(after)) for before, after in pairwise(order))
