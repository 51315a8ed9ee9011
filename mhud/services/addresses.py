"""E-mail addresses and phone numbers of people who sign in, as they are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mhud.errors import conflict, invalid
from mhud.messages.message import Kind
from mhud.numbers import Numbers
from mhud.store.addresses import Address as Address
from mhud.store.addresses import AddressRepository
from mhud.store.database import Tx
from mhud.store.users import User

LONGEST = 254
MOST = 10  # of one person, besides his own two
_ATOM = r"[!#-'*+\-/0-9=?A-Z^_`a-z{|}~]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
"""ASCII, as nearly all are: folding would differ between SQLite and Python for others."""


def kind_of(text: str) -> Kind:
    return "email" if "@" in text else "phone"


def normal(kind: Kind, text: str, numbers: Numbers, field: str) -> str:
    """Folded, or a number's key. Raises MhudError INVALID that names `field`."""
    if kind == "phone":
        number = numbers.key(text) if text.isprintable() else None
        if number is None:
            raise invalid(field, "must be a phone number")
        return number
    address = text.strip()
    if len(address) > LONGEST or not _EMAIL.fullmatch(address):
        raise invalid(field, "must be an e-mail address")
    return address.casefold()


def all_normal(texts: Iterable[str], numbers: Numbers, field: str) -> tuple[Address, ...]:
    """Each once. Raises MhudError INVALID."""
    found = {(kind := kind_of(text), normal(kind, text, numbers, field)) for text in texts}
    if len(found) > MOST:
        raise invalid(field, f"at most {MOST}")
    return tuple(sorted(found))


def of(user: User, more: Iterable[Address]) -> tuple[Address, ...]:
    """All where he gets codes."""
    own: list[Address] = [("email", user.email.casefold())] if user.email else []
    own += [("phone", user.phone)] if user.phone else []
    return (*own, *more)


async def claim(tx: Tx, user_id: int | None, addresses: Iterable[Address]) -> None:
    """Raises MhudError CONFLICT for one that is another's: his codes would go there."""
    store = AddressRepository(tx)
    for kind, address in addresses:
        if await store.owners(kind, address) - {user_id}:
            what = "e-mail address" if kind == "email" else "phone number"
            raise conflict(f"this {what} is taken")
