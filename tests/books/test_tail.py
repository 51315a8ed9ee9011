"""A file that Asterisk writes and others rotate, read on and on."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mhud.books.tail import READ, Place, Tail

TAILS: list[Tail] = []


def tail_of(path: Path, place: Place | None = None) -> Tail:
    TAILS.append(Tail(path, place))
    return TAILS[-1]


@pytest.fixture(autouse=True)
def opened() -> Iterator[None]:
    """Whatever a test opens is closed after it."""
    yield
    for tail in TAILS:
        tail.close()
    TAILS.clear()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "queue_log"
    path.write_bytes(b"before mhud\n")
    return path


def write(path: Path, text: str) -> None:
    with path.open("ab") as file:
        file.write(text.encode())
    _age(path)


def _age(path: Path) -> None:
    """Later than all files beside it, as if a moment had passed."""
    newest = max(one.stat().st_mtime_ns for one in path.parent.iterdir())
    os.utime(path, ns=(newest + 1, newest + 1))


def read(tail: Tail) -> list[str]:
    found = []
    while raws := tail.read(100):
        found += [raw.text.decode().rstrip("\n") for raw in raws]
    return found


def begun(book: Path) -> Tail:
    """Read to the end of what was there."""
    tail = tail_of(book)
    assert read(tail) == []
    return tail


def again(tail: Tail) -> Tail:
    """mhud was away, and starts with the place that it kept."""
    tail.close()
    return tail_of(tail.path, tail.place)


def test_what_was_there_before_mhud_is_not_read(book: Path) -> None:
    tail = begun(book)
    write(book, "one\ntwo\n")
    assert read(tail) == ["one", "two"]
    assert read(tail) == []


def test_half_a_line_waits_for_its_end(book: Path) -> None:
    write(book, "half of what was there")
    tail = begun(book)
    write(book, " before\none\ntw")
    assert read(tail) == ["half of what was there before", "one"]
    write(book, "o\n")
    assert read(tail) == ["two"]


def test_reading_goes_on_where_it_stopped(book: Path) -> None:
    tail = begun(book)
    write(book, "one\n")
    assert read(tail) == ["one"]
    tail = again(tail)
    write(book, "two\n")
    assert read(tail) == ["two"]


def test_a_file_that_is_renamed_is_read_to_its_end_before_the_new_one(book: Path) -> None:
    tail = begun(book)
    write(book, "one\n")
    assert read(tail) == ["one"]
    old = book.rename(book.with_name("queue_log.1"))
    assert read(tail) == []
    book.touch()
    write(old, "two\n")  # Asterisk has not opened the new one yet
    assert read(tail) == ["two"]
    write(old, "three\n")
    write(book, "four\n")
    assert read(tail) == ["three", "four"]


def test_several_rotations_while_mhud_was_away(book: Path) -> None:
    tail = begun(book)
    write(book, "one\n")
    assert read(tail) == ["one"]
    tail.close()
    write(book, "two\n")
    book.rename(book.with_name("queue_log.2"))
    write(book, "three\n")
    book.rename(book.with_name("queue_log.1"))
    write(book, "four\n")
    assert read(again(tail)) == ["two", "three", "four"]


def test_a_rotation_before_anything_was_read(book: Path) -> None:
    book.write_bytes(b"")
    tail = begun(book)
    tail.close()
    write(book, "one\n")
    book.rename(book.with_name("queue_log.1"))
    write(book, "two\n")
    assert read(again(tail)) == ["one", "two"]


def test_a_file_that_is_copied_and_cut(book: Path) -> None:
    tail = begun(book)
    write(book, "one\n")
    assert read(tail) == ["one"]
    write(book, "two\n")
    shutil.copy2(book, book.with_name("queue_log.1"))
    os.truncate(book, 0)
    write(book, "three, and by now it is longer than it was when it was cut\n")
    assert read(tail) == ["two", "three, and by now it is longer than it was when it was cut"]
    assert tail.lost == 0


def test_a_file_that_was_packed(book: Path) -> None:
    tail = begun(book)
    write(book, "one\n")
    assert read(tail) == ["one"]
    tail.close()
    write(book, "two\n")
    packed = book.with_name("queue_log.1.gz")
    packed.write_bytes(gzip.compress(book.read_bytes()))
    book.unlink()
    write(book, "three\n")
    tail = again(tail)
    assert read(tail) == ["two", "three"]
    write(book, "four\n")
    assert read(tail) == ["four"]


def test_a_book_that_is_gone_is_begun_anew(book: Path) -> None:
    tail = begun(book)
    write(book, "one\n")
    assert read(tail) == ["one"]
    tail.close()
    book.unlink()
    write(book, "of another machine\n")
    tail = again(tail)
    assert read(tail) == ["of another machine"]
    assert tail.lost == 1


def test_a_book_that_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    tail = tail_of(path)
    assert read(tail) == []
    tail = again(tail)
    write(path, "one\n")
    assert read(tail) == ["one"]


def test_a_packed_file_that_is_damaged_is_passed_over(book: Path) -> None:
    tail = begun(book)
    tail.close()
    book.with_name("queue_log.1.gz").write_bytes(b"this is not packed")
    write(book, "one\n")
    assert read(again(tail)) == ["one"]


def test_a_place_of_another_file_is_not_found(book: Path) -> None:
    tail = tail_of(book, Place(inode=book.stat().st_ino, offset=5, mark=b"x" * 16))
    assert read(tail) == ["before mhud"]
    assert tail.lost == 1


def test_what_is_no_text_is_passed_over(book: Path) -> None:
    tail = begun(book)
    with book.open("ab") as file:
        file.write(b"\0" * (READ + 5) + b"\n")
    write(book, "one\n")
    assert read(tail)[-1] == "one"


def test_few_lines_at_a_time(book: Path) -> None:
    tail = begun(book)
    write(book, "".join(f"{number}\n" for number in range(60_000)))
    assert 0 < len(tail.read(1)) < 60_000
    assert read(tail)[-1] == "59999"
