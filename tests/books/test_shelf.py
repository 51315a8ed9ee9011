"""Lines wait for the rest of their call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from mhud.books.lines import Leg, Line, cdr_line, queue_line
from mhud.books.shelf import LONGEST, MOST, QUIET, Shelf
from mhud.books.tail import Place
from tests.books.pages import UTC_ZONE, at, cdr_text, queue_text


def line_of(text: str) -> Line:
    line = queue_line(text.encode()) or cdr_line(UTC_ZONE)(text.encode())
    assert line is not None
    return line


def place(offset: int) -> Place:
    return Place(1, offset, b"m")


def put(shelf: Shelf, *texts: str, read_at: datetime | None = None) -> None:
    for offset, text in enumerate(texts):
        line = line_of(text)
        book = "queue_log" if "|" in text else "cdr"
        shelf.put(line, book, place(offset), read_at or at(0))


def whole(shelf: Shelf, now: datetime, at_end: bool = True, alive: str = "") -> list[str]:
    return [one.linkedid for one in shelf.whole(now, at_end, lambda one: one == alive)]


def test_a_call_is_whole_when_it_has_been_quiet() -> None:
    shelf = Shelf(has_cdr=True)
    put(shelf, queue_text(1, "ABANDON"), cdr_text(0, 9))
    assert whole(shelf, at(0) + QUIET - timedelta(seconds=1)) == []
    assert whole(shelf, at(0) + QUIET) == ["c.1"]
    assert whole(shelf, at(0) + QUIET, alive="c.1") == []
    shelf.remove(["c.1"])
    assert whole(shelf, at(900)) == []
    assert (shelf.oldest("cdr"), shelf.oldest("queue_log")) == (None, None)


def test_lines_of_all_its_channels_belong_to_a_call() -> None:
    shelf = Shelf(has_cdr=True)
    put(
        shelf,
        queue_text(5, "ABANDON", uid="c.7"),
        queue_text(1, "ENTERQUEUE", uid="c.1"),
        cdr_text(0, 9, uid="c.1"),
        cdr_text(3, 9, uid="c.7", linkedid="c.1"),
    )
    (bundle,) = shelf.whole(at(900), True, lambda one: False)
    assert [line.event for line in bundle.lines] == ["ENTERQUEUE", "ABANDON"]
    assert len(bundle.legs) == 2


def test_old_books_are_told_of_before_they_are_read_to_the_end() -> None:
    shelf = Shelf(has_cdr=True)
    later = int(LONGEST.total_seconds()) + 10
    texts = cdr_text(0, 9), cdr_text(later, later + 9, uid="c.2", linkedid="c.2")
    put(shelf, *texts, read_at=at(later + 9))
    assert whole(shelf, at(0), at_end=False) == ["c.1"]


def test_a_line_of_another_century_hurries_nobody() -> None:
    shelf = Shelf(has_cdr=True)
    century = 100 * 365 * 86_400
    put(shelf, cdr_text(century, century + 9, uid="c.9", linkedid="c.9"))
    put(shelf, cdr_text(0, 9), read_at=at(9))
    assert whole(shelf, at(9)) == ["c.9"]
    assert whole(shelf, at(9) + QUIET) == ["c.9", "c.1"]


def test_reading_begins_again_at_the_oldest_call_that_waits() -> None:
    shelf = Shelf(has_cdr=True)
    put(shelf, *(cdr_text(0, 9, uid=f"c.{n}", linkedid=f"c.{n}") for n in range(3)))
    assert shelf.oldest("cdr") == place(0)
    shelf.remove(["c.0"])
    assert shelf.oldest("cdr") == place(1)


def test_when_there_is_no_room_the_older_half_counts_as_whole() -> None:
    shelf = Shelf(has_cdr=True)
    leg = line_of(cdr_text(0, 9))
    for number in range(MOST):
        call = f"c.{number}"
        shelf.put(_renamed(leg, call), "cdr", place(number), at(0))
    assert shelf.is_full
    found = whole(shelf, at(0), at_end=False)
    assert (len(found), found[0]) == (MOST // 2 - 1, "c.0")
    shelf.remove(found)
    assert not shelf.is_full


def _renamed(leg: Line, call: str) -> Line:
    assert isinstance(leg, Leg)
    return replace(leg, uniqueid=call, linkedid=call)
