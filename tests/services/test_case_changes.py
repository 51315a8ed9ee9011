"""The life of a case, by its rules alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhud.errors import MhudError
from mhud.services.case_changes import changes, told
from mhud.services.case_words import DONE, ActivityType, Priority, Status, may_follow
from mhud.store.cases import Case

AT = datetime(2025, 3, 3, 9, tzinfo=UTC)
CASE = Case(
    id=1,
    case_number="CASE-2025-000001",
    title="x",
    priority="medium",
    status="open",
    created_by=5,
    created_at=AT,
    updated_at=AT,
)
WISHES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from([status.value for status in Status]),
        "priority": st.sampled_from([priority.value for priority in Priority]),
        "assigned_user_id": st.none() | st.integers(1, 3),
        "child_age": st.none() | st.integers(0, 25),
        "description": st.none() | st.text(max_size=3),
    },
)
FIELDS = set(Case.__slots__)


def after(case: Case, new: dict[str, Any]) -> Case:
    values = {name: getattr(case, name) for name in Case.__slots__}
    return Case(**{**values, **new})


@given(wishes=st.lists(WISHES, max_size=8))
def test_whatever_is_wished_a_case_stays_one_and_its_history_adds_up(
    wishes: list[dict[str, Any]],
) -> None:
    case, status, priority = CASE, CASE.status, CASE.priority
    for turn, wish in enumerate(wishes):
        try:
            new = changes(case, wish, AT + timedelta(minutes=turn))
        except MhudError:
            assert not may_follow(Status(case.status), Status(wish["status"]))
            continue
        for one in told(case, new, {}, str):
            if one.activity_type in (ActivityType.STATUS_CHANGE, ActivityType.RESOLUTION):
                assert one.previous_value == status
                status = one.new_value or ""
            elif one.activity_type is ActivityType.PRIORITY_CHANGE:
                assert one.previous_value == priority
                priority = one.new_value or ""
        assert set(new) <= FIELDS
        case = after(case, new)
        assert (case.status, case.priority) == (status, priority)
        assert (case.resolved_at is not None) == (Status(case.status) in DONE)
        if wish.get("status", case.status) == case.status:
            assert changes(case, wish, AT) == {}, "the same wish again is no change"


@given(wish=WISHES)
def test_each_field_that_changes_is_told_and_no_other(wish: dict[str, Any]) -> None:
    new = changes(CASE, wish, AT)
    found = told(CASE, new, {}, str)
    assert bool(found) == bool(new)
    words = " ".join(one.description for one in found)
    fields = {"child_age", "description"}
    assert {name for name in fields if name in words} == fields & set(new)


@pytest.mark.parametrize("status", list(Status))
def test_from_everywhere_a_case_can_be_closed(status: Status) -> None:
    assert status is Status.CLOSED or may_follow(status, Status.CLOSED)


def test_no_status_follows_itself() -> None:
    assert not any(may_follow(status, status) for status in Status)
