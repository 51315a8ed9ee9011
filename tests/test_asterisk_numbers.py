"""Each test at a real Asterisk has queues and agents that no other test has used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.asterisk.desk import Numbers

PBX = Path(__file__).parent / "asterisk/pbx"
MORE_THAN_THERE_ARE = 1000


def all_of(numbers: Iterator[int]) -> list[int]:
    """Until it is said that there are no more."""
    found: list[int] = []
    with pytest.raises(RuntimeError, match="a test has used every"):
        found.extend(islice(numbers, MORE_THAN_THERE_ARE))
    return found


def highest_at_the_pbx(what: str) -> int:
    found = re.search(rf"\b{what}=([0-9]+)", PBX.read_text())
    assert found is not None
    return int(found[1])


def test_no_test_is_given_a_queue_or_an_agent_of_another() -> None:
    numbers = Numbers()
    for given in (all_of(numbers.queues), all_of(numbers.agents)):
        assert len(given) == len(set(given)) > 100


def test_the_pbx_has_every_queue_and_every_agent_that_a_test_is_given() -> None:
    numbers = Numbers()
    assert max(all_of(numbers.queues)) == highest_at_the_pbx("QUEUES")
    assert max(all_of(numbers.agents)) == highest_at_the_pbx("PHONES")
