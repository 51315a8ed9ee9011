"""What the documents print of people, cases and clients, field by field, of a running demo."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests import printed
from tests.document_queries import parameters
from tests.document_table import FIELDS, FOUND_BY, NOT_KEPT, SENT, pairs
from tests.document_walk import PDF, Walk, walk
from tests.fake_clock import FakeClock
from tests.printed_openchs import endpoints, error, error_codes
from tests.running_demo import running_demo

CREATED = {"POST /cases", "POST /cases/{id}/activities", "POST /communications"}
CREATED |= {"POST /cases/{id}/attachments", "POST /api/v1/clients/{client_id}/sessions"}
ENDPOINTS = {str(one): one for one in endpoints()}
CLIENTS = {str(one): one for one in printed.requests() if one.section == "Client Data"}
ANSWERS: dict[str, Any] = {
    **{name: one.response for name, one in ENDPOINTS.items()},
    **{name: one.answer for name, one in CLIENTS.items()},
}
SHAPES = {**ANSWERS, "error": error()}
SENDING: dict[str, Any] = {
    **{name: {**(one.request or {}), **one.form} for name, one in ENDPOINTS.items()},
    **{name: one.body or {} for name, one in CLIENTS.items()},
}
PARAMETERS = parameters(FakeClock().now())
# The code for a failure of the daemon's own is tried in test_dialect.
TRIED = ("UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "VALIDATION_ERROR")

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield asyncio.run(walk(demo))


# ---- is everything here?


def test_the_document_is_read_whole() -> None:
    """Each printed endpoint has an answer, and the table has no other."""
    assert (len(ENDPOINTS), len(CLIENTS)) == (20, 2)
    assert all(ANSWERS.values())
    assert FIELDS.keys() == SHAPES.keys()
    assert SENT.keys() == {name for name, fields in SENDING.items() if fields}
    assert PARAMETERS.keys() == {name for name, one in ENDPOINTS.items() if one.parameters}


@pytest.mark.parametrize("name", SHAPES)
def test_each_printed_field_has_a_row_and_each_row_is_printed(name: str) -> None:
    assert FIELDS[name].keys() == {path for path, _, _ in pairs(SHAPES[name], None)}


@pytest.mark.parametrize("name", SENT)
def test_each_field_that_is_sent_has_a_row(name: str) -> None:
    assert SENT[name].keys() == SENDING[name].keys()


@pytest.mark.parametrize("name", PARAMETERS)
def test_each_printed_parameter_has_a_row(name: str) -> None:
    assert PARAMETERS[name].keys() == set(ENDPOINTS[name].parameters)


# ---- answers


@pytest.mark.parametrize("name", ANSWERS)
def test_a_printed_request_succeeds(walked: Walk, name: str) -> None:
    status, answer = walked.answers[name]
    assert status == (201 if name in CREATED else 200), answer


@pytest.mark.parametrize(
    ("name", "path"), [(name, path) for name in ANSWERS for path in FIELDS[name]]
)
def test_a_printed_field_is_answered(walked: Walk, name: str, path: str) -> None:
    row, (_, answer) = FIELDS[name][path], walked.answers[name]
    found = pairs(ANSWERS[name], answer, FOUND_BY.get(name, "id"))
    seen = [(shown, value) for at, shown, value in found if at == path]
    wrong = [(shown, value) for shown, value in seen if not row.holds(shown, value)]
    assert seen
    assert wrong == [], row.why


def test_a_case_is_updated_by_post_as_by_put(walked: Walk) -> None:
    (by_put, first), (by_post, second) = (
        walked.answers[f"{method} /cases/{{id}}"] for method in ("PUT", "POST")
    )
    assert (by_put, by_post) == (200, 200)
    assert second == first  # the same again is no change


# ---- errors


def test_every_printed_code_is_tried() -> None:
    assert set(error_codes()) == {*TRIED, "INTERNAL_ERROR"}


@pytest.mark.parametrize("code", TRIED)
def test_an_error_has_its_printed_status_code_and_shape(walked: Walk, code: str) -> None:
    status, answer = walked.answers[code]
    assert (status, answer["error"]["code"]) == (error_codes()[code], code)
    found = {at: (shown, value) for at, shown, value in pairs(error(), answer)}
    assert [at for at, row in FIELDS["error"].items() if not row.holds(*found[at])] == []


# ---- what is sent


@pytest.mark.parametrize(("name", "field"), [(name, one) for name in SENT for one in SENT[name]])
def test_a_field_that_was_sent_comes_back(walked: Walk, name: str, field: str) -> None:
    where = SENT[name][field]
    value = PDF if where == "content" else SENDING[name][field]
    if where == NOT_KEPT:
        assert walked.answers[name][0] == 200
        assert name not in walked.reads
    else:
        assert walked.reads[name][where] == value


# ---- queries


@pytest.mark.parametrize(
    ("name", "parameter"), [(name, one) for name in PARAMETERS for one in PARAMETERS[name]]
)
def test_a_printed_parameter_does_what_it_says(walked: Walk, name: str, parameter: str) -> None:
    asks = walked.parameters[name][parameter]
    wrong = [
        ask.query
        for ask in asks
        if not ask.holds(walked.asked[name, ask.whole], walked.asked[name, ask.query])
    ]
    assert wrong == []
