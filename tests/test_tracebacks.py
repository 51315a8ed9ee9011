"""An error in the log says where it rose and of which kind it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from errno import ENOSPC

import pytest

from mhud.tracebacks import HEAD, TAIL, wordless

NAME = "Amina"


def raised(fail: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of whichever kind
        fail()
    return caught.value


def test_place_and_kind_are_there_and_what_it_says_is_not() -> None:
    text = wordless(raised(lambda: int(NAME)))
    assert text.startswith("Traceback (most recent call last):\n")
    assert f'File "{__file__}", line ' in text
    assert text.endswith("\nValueError")
    assert NAME not in text


@pytest.mark.parametrize("hidden", [True, False])
def test_the_cause_comes_first_and_a_hidden_one_not_at_all(hidden: bool) -> None:
    def chain() -> None:
        try:
            int(NAME)
        except ValueError as error:
            raise KeyError(NAME) from (None if hidden else error)

    text = wordless(raised(chain))
    assert text.endswith("\nKeyError")
    assert ("\nValueError\nFrom this came:\n" in text) is not hidden
    assert NAME not in text


def test_an_error_that_is_its_own_cause_is_told_once() -> None:
    error, other = ValueError("a"), KeyError("b")
    error.__cause__, other.__cause__ = other, error
    assert wordless(error) == "KeyError\nFrom this came:\nValueError"


def test_each_error_of_a_group_is_told() -> None:
    group = ExceptionGroup(NAME, [ValueError(NAME), OSError(ENOSPC, NAME)])
    assert wordless(group).splitlines() == [
        "ExceptionGroup",
        "1 of 2:",
        "ValueError",
        "2 of 2:",
        "OSError ENOSPC",
    ]


def test_codes_of_the_system_and_the_database_are_told() -> None:
    assert wordless(OSError(ENOSPC, NAME, "/of/amina")) == "OSError ENOSPC"
    assert wordless(OSError(NAME)) == "OSError"
    wrong = raised(lambda: sqlite3.connect(":memory:").execute("select Amina"))
    assert wordless(wrong).endswith("\nsqlite3.OperationalError SQLITE_ERROR")
    assert wordless(sqlite3.OperationalError(NAME)) == "sqlite3.OperationalError"


def test_a_long_one_keeps_its_beginning_and_its_end() -> None:
    text = wordless(ExceptionGroup("", [ValueError() for _ in range(1_000)]))
    assert len(text) == HEAD + TAIL + len(" … ")
    assert text.startswith("ExceptionGroup\n1 of 1000:")
    assert text.endswith("1000 of 1000:\nValueError")


def test_an_endless_recursion_is_told_in_a_few_lines() -> None:
    def deeper() -> None:
        deeper()

    assert wordless(raised(deeper)).count("\n") < 30
