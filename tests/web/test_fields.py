"""What is taken for an e-mail address, of people who are helped and of those who sign in."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from mhud.errors import MhudError
from mhud.numbers import Numbers
from mhud.services.addresses import normal
from mhud.web.fields import Email

GOOD = [
    "john.doe@example.com",
    "j@localhost",
    "first.last+helpline@mail-1.example.co.ke",
    "_j-d_@x.org",
    "O'Neill@xn--bcher-kva.example",
    "a" * 64 + "@example.org",
]
BAD = [
    "..@..",
    "a@-.-",
    "a@.",
    "a@..",
    "a@-",
    "a@-b.org",
    "a@b-.org",
    "a@b..org",
    "a@.b.org",
    "a@b.org.",
    ".a@b.org",
    "a.@b.org",
    "a..b@b.org",
    ".@b.org",
    "@b.org",
    "a@",
    "a@b@c.org",
    "a b@c.org",
    "a@b c.org",
    "a@!",
    "a@b_c.org",
    "a@b.org\n",
]


@pytest.mark.parametrize("address", GOOD)
def test_what_a_letter_could_be_sent_to_is_an_address(address: str) -> None:
    assert TypeAdapter(Email).validate_python(address) == address
    assert normal("email", address, Numbers("KE"), "email") == address.casefold()


@pytest.mark.parametrize("address", BAD)
def test_what_no_letter_could_be_sent_to_is_none(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Email).validate_python(address)
    if address == address.strip():  # a blank around it is forgiven to who signs in
        with pytest.raises(MhudError):
            normal("email", address, Numbers("KE"), "email")


def test_who_is_helped_may_have_an_address_in_letters_of_his_own() -> None:
    """It is only written down; who signs in is compared by his, and has ASCII."""
    for address in ("jos\u00e9@example.org", "a@b\u00fccher.example"):
        assert TypeAdapter(Email).validate_python(address) == address
        with pytest.raises(MhudError):
            normal("email", address, Numbers("KE"), "email")
