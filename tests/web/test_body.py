"""Bodies: strict JSON, errors that name fields, nothing echoed."""

from __future__ import annotations

import json
from typing import Annotated, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, field_validator

from mhud.errors import Code, MhudError
from mhud.web.body import VALUES, parse, validate, without_nulls
from mhud.web.fields import Day, Email, Instant, Line
from mhud.web.route import Wire


class Order(Wire):
    number: Annotated[str, Field(pattern=r"^\+?[0-9]{3,15}$")]
    count: int = 1
    note: str | None = None
    more: dict[str, str] = Field(default_factory=dict)

    @field_validator("note")
    @classmethod
    def _polite(cls, value: str | None) -> str | None:
        if value == "rude":
            raise ValueError("must be polite")
        return value


def refusal(raw: bytes) -> MhudError:
    with pytest.raises(MhudError) as caught:
        parse(raw)
    return caught.value


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"nonsense",
        b"[1]",
        b'"text"',
        b"null",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b"\xef\xbb\xbf{}",
        b'{"a":' + b"[" * 30 + b"]" * 30 + b"}",
        b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"a": [' + b"[]," * VALUES + b"1]}",  # half a second in which nobody else is served
        b"{'a': 1}",
        b'{"a": 1}{"b": 2}',
        b"\x00",
    ],
)
def test_what_is_not_one_clean_json_object_is_a_validation_error(raw: bytes) -> None:
    assert refusal(raw).code is Code.INVALID


@pytest.mark.parametrize("raw", [b"", b"  \r\n", b"{}"])
def test_an_empty_body_is_an_empty_object(raw: bytes) -> None:
    assert parse(raw) == {}


def test_nesting_that_somebody_might_mean_is_fine() -> None:
    assert parse(b'{"a": {"b": [{"c": [1, 2.5, null, true]}]}}')["a"]["b"][0]["c"][1] == 2.5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_json_objects_are_read_as_they_were_written(tree: dict[str, Any]) -> None:
    try:
        raw = orjson.dumps(tree)
    except TypeError:  # half a surrogate pair
        raw, tree = b"{}", {}
    assert parse(raw) == tree


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: json.dumps(text).encode()))
def test_any_bytes_are_read_or_refused_with_a_documented_error(raw: bytes) -> None:
    try:
        outcome: object = parse(raw)
    except MhudError as error:
        outcome = error.code
    assert isinstance(outcome, dict) or outcome is Code.INVALID


def fields(tree: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(MhudError) as caught:
        validate(Order, tree)
    listed = caught.value.details["fields"]
    return {item["field"]: item["reason"] for item in listed}


def test_errors_name_the_field_and_the_reason_and_echo_nothing() -> None:
    found = fields({"number": "+254secret", "count": "many", "note": "rude", "colour": "red"})

    assert set(found) == {"number", "count", "note", "colour"}
    assert found["colour"] == "unknown field"
    assert found["note"] == "must be polite"
    assert not any("secret" in reason or "many" in reason for reason in found.values())


def test_reasons_speak_of_characters_not_of_items_or_expressions() -> None:
    class Note(Wire):
        line: Line | None = None
        mail: Email | None = None
        tags: Annotated[list[str], Field(max_length=2, default_factory=list)]

    with pytest.raises(MhudError) as caught:
        validate(Note, {"line": "x" * 101, "mail": "nobody", "tags": ["a", "b", "c"]})
    assert {item["field"]: item["reason"] for item in caught.value.details["fields"]} == {
        "line": "should have at most 100 characters",
        "mail": "does not have the form that it needs",
        "tags": "List should have at most 2 items after validation, not 3",
    }


def test_a_missing_field_and_a_wrong_one_inside_are_named() -> None:
    found = fields({"more": {"case": 5}})

    assert found["number"] == "Field required"
    assert "more.case" in found


def test_a_list_of_errors_is_bounded() -> None:
    assert len(fields({f"f{number}": 1 for number in range(500)})) == 20


def test_null_is_the_same_as_leaving_an_optional_field_out() -> None:
    tree = {"number": "112", "count": None, "note": None}

    assert validate(Order, without_nulls(Order, tree)) == Order(number="112")
    assert "number" in without_nulls(Order, {"number": None})
    assert "colour" in without_nulls(Order, {"colour": None})


class Dated(Wire):
    born: Day | None = None
    due: Instant | None = None


@pytest.mark.parametrize("field", ["born", "due"])
@pytest.mark.parametrize("number", [0, 0.5, True, "0", "1700000000"])
def test_a_number_is_no_day_and_no_instant(field: str, number: object) -> None:
    with pytest.raises(MhudError) as caught:
        validate(Dated, {field: number})
    assert caught.value.code is Code.INVALID


def test_a_day_and_an_instant_are_taken_as_documented() -> None:
    found = validate(Dated, {"born": "2012-02-29", "due": "2025-03-03T09:00:00Z"})
    assert (str(found.born), found.due.isoformat() if found.due else "") == (
        "2012-02-29",
        "2025-03-03T09:00:00+00:00",
    )
