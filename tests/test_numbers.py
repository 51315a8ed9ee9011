"""One number has one key, however it was typed or signaled; nobody's number matches nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mhud.config_helpline import HelplineSettings
from mhud.numbers import Numbers

KENYA = Numbers("KE")


@pytest.mark.parametrize(
    "spelling",
    [
        "+254722000000",
        "+254 722 000 000",
        "+254-(0)722-000.000",
        "00254722000000",
        "000254722000000",
        "254722000000",
        "0722000000",
        "0722 000 000",
        " 0722-000-000 ",
        "722000000",
        "٠٧٢٢٠٠٠٠٠٠",
        "\uff0b\uff12\uff15\uff14\uff17\uff12\uff12\uff10\uff10\uff10\uff10\uff10\uff10",
        "tel:+254722000000",
        "sip:+254722000000@198.51.100.7",
        "+254722000000;ext=4",
        "0722000000 x12",
        "0722 000 000 (mother)",
        "\u200e+254722000000",
    ],
)
def test_a_number_has_one_key_in_every_spelling(spelling: str) -> None:
    assert KENYA.key(spelling) == "+254722000000"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "   ",
        "anonymous",
        "Anonymous",
        "anonymous@anonymous.invalid",
        "withheld",
        "unknown",
        "private",
        "Restricted",
        "unavailable",
        "<unknown>",
        "asterisk",
        "s",
        "+",
        "-",
        "0",
        "0000",
        "anonymous123",
        "agent1001",
        "7" * 65,
        "+" + "1" * 5000,
    ],
)
def test_who_withholds_his_number_matches_nobody(text: str | None) -> None:
    assert KENYA.key(text) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("116", "116"),
        ("1001", "1001"),
        ("999", "999"),
        ("+1234567890", "1234567890"),
        ("001234567890", "1234567890"),
        ("1234567890", "1234567890"),
        ("1 234 567-890", "1234567890"),
        ("9" * 40, "9" * 40),
    ],
)
def test_what_no_numbering_plan_knows_compares_by_its_digits(text: str, key: str) -> None:
    assert KENYA.key(text) == key


def test_a_number_abroad_keeps_its_country() -> None:
    assert KENYA.key("+44 20 7946 0958") == KENYA.key("0044 20 7946 0958") == "+442079460958"
    assert KENYA.key("442079460958") == "+442079460958", "a trunk that leaves out the plus"


def test_a_vanity_number_is_spelled_in_letters() -> None:
    assert Numbers("US").key("1-800-FLOWERS") == "+18003569377"


def test_the_same_digits_are_another_number_in_another_country() -> None:
    assert Numbers("TZ").key("0722 000 000") != KENYA.key("0722 000 000")


def test_without_a_region_a_local_number_compares_by_its_digits() -> None:
    assert Numbers(None).key("0722 000 000") == "0722000000"
    assert Numbers(None).key("+254 722 000 000") == "+254722000000"


@given(st.text(max_size=80))
def test_any_text_has_a_key_of_digits_or_none(text: str) -> None:
    key = KENYA.key(text)
    assert key is None or (key.isascii() and key.removeprefix("+").isdigit())


@given(st.from_regex(r"\+?[0-9]{2,15}", fullmatch=True))
def test_the_key_of_a_key_is_itself_for_valid_numbers(text: str) -> None:
    key = KENYA.key(text)
    if key is not None and key.startswith("+"):
        assert KENYA.key(key) == key


@pytest.mark.parametrize("text", ["+254722000000", "+442079460958", "116", "+1234567890"])
def test_each_spelling_of_a_key_leads_back_to_it(text: str) -> None:
    key = KENYA.key(text)
    assert key is not None
    found = KENYA.spellings(key)

    assert key in found
    assert {KENYA.key(one) for one in found} == {key}


def test_exchanges_write_a_local_number_in_many_ways() -> None:
    assert KENYA.spellings("+254722000000") >= {
        "+254722000000",
        "254722000000",
        "00254722000000",
        "0722000000",
        "722000000",
    }


@pytest.mark.parametrize("region", ["UK", "254", "ke", ""])
def test_a_region_that_is_none_is_refused_at_the_start(region: str) -> None:
    with pytest.raises(ValidationError, match="two letters"):
        HelplineSettings(region=region)


def test_the_helpline_may_say_where_it_is() -> None:
    assert HelplineSettings(region="KE").region == "KE"
    assert HelplineSettings().region is None
