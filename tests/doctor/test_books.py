"""What the doctor says of the books out of which comes what mhud does not see."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mhud.config import AsteriskSettings
from mhud.doctor import books
from mhud.doctor.check import Check, State
from tests.books.pages import at, cdr_text, queue_text


def checked(path: Path, queue_log: str | None, cdr: str | None, **more: object) -> dict[str, Check]:
    """With the files as they are when the last call has just ended; None: not configured."""
    settings: dict[str, object] = dict(more)
    for name, text in (("queue_log", queue_log), ("cdr", cdr)):
        if text is not None:
            (path / name).write_text(text)
            os.utime(path / name, (at(31).timestamp(), at(31).timestamp()))
            settings[name] = path / name
    return {one.name: one for one in books.checks(AsteriskSettings.model_validate(settings))}


GOOD = queue_text(31, "ABANDON", 1, 1, 30), cdr_text(0, 31)
SHORT = ",".join(cdr_text(0, 31).split(",")[:18]) + "\n"


def test_books_that_can_be_read(tmp_path: Path) -> None:
    found = checked(tmp_path, *GOOD)
    assert {one.state for one in found.values()} == {State.OK}
    assert all("may read" in one.text for one in found.values())


def test_books_of_a_new_pbx_are_empty(tmp_path: Path) -> None:
    assert {one.state for one in checked(tmp_path, "", "").values()} == {State.OK}


def test_nobody_needs_them(tmp_path: Path) -> None:
    found = checked(tmp_path, None, None)
    assert {one.state for one in found.values()} == {State.OK}
    assert "stays unknown" in found["files.cdr"].text


@pytest.mark.parametrize(
    ("queue_log", "cdr", "name", "state"),
    [
        (GOOD[0], None, "files.cdr", State.WARNING),
        (None, GOOD[1], "files.queue_log", State.WARNING),
        (GOOD[0], SHORT, "files.cdr", State.WRONG),
        (GOOD[0], "nonsense\n", "files.cdr", State.WRONG),
        (GOOD[0], cdr_text(-9000, -3600), "files.cdr", State.WARNING),
        ("nonsense\n", GOOD[1], "files.queue_log", State.WRONG),
    ],
)
def test_what_is_to_be_mended(
    tmp_path: Path, queue_log: str | None, cdr: str | None, name: str, state: State
) -> None:
    found = checked(tmp_path, queue_log, cdr)[name]
    assert (found.state, bool(found.fix)) == (state, True)


def test_times_of_another_zone_are_noticed(tmp_path: Path) -> None:
    found = checked(tmp_path, *GOOD, cdr_timezone=ZoneInfo("Asia/Kathmandu"))
    assert found["files.cdr"].state is State.WARNING


def test_a_book_that_is_not_there(tmp_path: Path) -> None:
    settings = AsteriskSettings(queue_log=tmp_path / "a", cdr=tmp_path / "no/b")
    states = [one.state for one in books.checks(settings)]
    assert states == [State.WARNING, State.WRONG]
