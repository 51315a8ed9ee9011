"""A person and his phone, and what may be written about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mhud.errors import invalid
from mhud.store.users import User as User

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_IDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_INTERFACE = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9@/_.:-]{1,78}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """What makes a person an agent. `interface` is Asterisk's, as PJSIP/agent001."""

    agent_id: str
    interface: str
    extension: str | None = None
    queues: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to add. Without a password he signs in by a code, if he has an address.

    `mobile` and `addresses` (e-mail addresses and numbers) are where codes go besides `email`.
    """

    username: str
    name: str
    role: str = "operator"
    email: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    addresses: Sequence[str] = field(default=(), repr=False)
    password: str | None = field(default=None, repr=False)
    phone: Phone | None = None


def check_username(username: str) -> None:
    """Raises MhudError INVALID."""
    if not _USERNAME.fullmatch(username):
        raise invalid("username", "takes up to 64 letters, digits and . _ @ -")


def check_phone(phone: Phone) -> None:
    """Raises MhudError INVALID: what reaches Asterisk holds no surprise."""
    if not _IDENT.fullmatch(phone.agent_id):
        raise invalid("agent_id", "takes letters, digits, - and _")
    if not _INTERFACE.fullmatch(phone.interface):
        raise invalid("interface", "must look like PJSIP/agent001")
    if phone.extension is not None and not _IDENT.fullmatch(phone.extension):
        raise invalid("extension", "takes letters, digits, - and _")
    if not all(_IDENT.fullmatch(queue) for queue in phone.queues):
        raise invalid("queues", "take letters, digits, - and _")


def check_name(name: str) -> None:
    """Raises MhudError INVALID."""
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise invalid("name", "must have 1 to 200 printable characters")


def phone_columns(phone: Phone | None) -> dict[str, Any]:
    if phone is None:
        return {}
    return {
        "agent_id": phone.agent_id,
        "interface": phone.interface,
        "extension": phone.extension,
        "queues": list(phone.queues),
    }
