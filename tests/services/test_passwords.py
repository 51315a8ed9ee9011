"""Passwords: what is good enough, what costs time, who has to wait."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhud.errors import Code, MhudError
from mhud.services.passwords import WAITING, BackOff, Passwords, check_strength
from tests.fake_clock import FakeClock


@pytest.mark.parametrize(
    "password", ["short", "x" * 2000, "qwertyuiop", "Password123", "ababababab", "janesmith2025"]
)
def test_a_bad_password_is_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(MhudError) as caught:
        check_strength(password, "jane.smith", "Jane Smith")

    assert caught.value.code is Code.INVALID
    assert password not in caught.value.message


def refusal(password: str) -> Code | None:
    try:
        check_strength(password, "jane", "Jane Smith")
    except MhudError as error:
        return error.code
    return None


def test_a_long_phrase_is_good_even_with_the_name_in_it() -> None:
    assert refusal("jane rows a green boat") is None


async def test_a_hash_matches_its_password_and_no_other() -> None:
    passwords = Passwords()
    stored = await passwords.hash("tower of crumbs")

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.matches(stored, "tower of crumbs")
    assert not await passwords.matches(stored, "tower of crumb")
    assert not await passwords.matches(None, "tower of crumbs")
    assert not await passwords.matches("not a hash", "tower of crumbs")
    passwords.close()


async def test_the_loop_goes_on_while_ten_sign_in() -> None:
    passwords = Passwords()
    stored = await passwords.hash("tower of crumbs")
    tries = asyncio.gather(*(passwords.matches(stored, f"{number}") for number in range(10)))
    turns = 0
    while not tries.done():
        await asyncio.sleep(0)  # noqa: TID251 - counts the loop's turns
        turns += 1

    assert turns > 100
    passwords.close()


async def test_more_than_a_shift_at_once_is_asked_to_come_again() -> None:
    passwords = Passwords()
    results = await asyncio.gather(
        *(passwords.matches("not a hash", "x") for _ in range(WAITING + 3)), return_exceptions=True
    )
    refused = [result for result in results if isinstance(result, MhudError)]

    assert len(refused) == 3
    assert refused[0].code is Code.SERVICE_UNAVAILABLE
    passwords.close()


async def test_five_failures_are_free_and_then_pauses_double_up_to_half_an_hour() -> None:
    clock = FakeClock()
    back_off = BackOff(clock)
    for _ in range(4):
        back_off.failed("jane", "192.0.2.1")
    assert not back_off.blocks("jane", "192.0.2.1")
    pauses = []
    for _ in range(9):
        back_off.failed("jane", "192.0.2.1")
        waited = 0
        while back_off.blocks("jane", "192.0.2.1"):
            await clock.advance(30)
            waited += 30
        pauses.append(waited)

    assert pauses == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]


async def test_others_are_not_locked_out_and_an_administrator_lifts_it() -> None:
    back_off = BackOff(FakeClock())
    for _ in range(6):
        back_off.failed("jane", "192.0.2.1")

    assert not back_off.blocks("jane", "192.0.2.2")
    assert not back_off.blocks("john", "192.0.2.1")
    back_off.lift("jane")
    assert not back_off.blocks("jane", "192.0.2.1")


async def test_failures_are_forgotten_after_success_and_after_an_hour() -> None:
    clock = FakeClock()
    back_off = BackOff(clock)
    for _ in range(4):
        back_off.failed("jane", "192.0.2.1")
    back_off.succeeded("jane", "192.0.2.1")
    back_off.failed("jane", "192.0.2.1")
    assert not back_off.blocks("jane", "192.0.2.1")
    for _ in range(3):
        back_off.failed("jane", "192.0.2.1")
    await clock.advance(3601)
    back_off.failed("jane", "192.0.2.1")

    assert not back_off.blocks("jane", "192.0.2.1")


@given(st.text(max_size=40))
def test_every_password_is_accepted_or_refused_in_words(password: str) -> None:
    code = refusal(password)

    assert code is Code.INVALID or (code is None and len(password) >= 10)
