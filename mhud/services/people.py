"""People, as an administrator manages them: added, disabled, given a password or a phone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mhud.errors import conflict, invalid
from mhud.services.access import Access
from mhud.services.passwords import check_strength
from mhud.store.access import AccessRepository
from mhud.store.database import Tx
from mhud.store.logins import LoginRepository
from mhud.store.users import User, UserRepository

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
    """Somebody to add. Without a password he can't sign in."""

    username: str
    name: str
    role: str = "operator"
    email: str | None = None
    password: str | None = field(default=None, repr=False)
    phone: Phone | None = None


async def add_person(access: Access, person: Person) -> User:
    """Raises MhudError INVALID or CONFLICT."""
    _check(access, person)
    hashed = None
    if person.password is not None:
        check_strength(person.password, person.username, person.name)
        hashed = await access.passwords.hash(person.password)
    async with access.db.write() as tx:
        people = UserRepository(tx)
        if await people.name_taken(person.username, person.email):
            raise conflict("this username or e-mail address is taken")
        user = await people.add(
            username=person.username,
            name=person.name,
            role=person.role,
            email=person.email,
            password_hash=hashed,
            created_at=access.clock.now(),
            **_phone_columns(person.phone),
        )
        await AccessRepository(tx).bump()
    await access.reload()
    return user


async def set_password(access: Access, username: str, password: str) -> None:
    """Ends all that he is signed in with. Raises MhudError NOT_FOUND or INVALID."""
    async with access.db.read() as tx:
        user = await UserRepository(tx).named(username)
    check_strength(password, user.username, user.name)
    hashed = await access.passwords.hash(password)
    async with access.db.write() as tx:
        await UserRepository(tx).change(user.id, password_hash=hashed)
        await _sign_out(tx, user, access.clock.now())
    await access.reload()


async def disable(access: Access, username: str) -> None:
    """He, his tokens and the keys that act as him stop at once. Raises MhudError NOT_FOUND."""
    async with access.db.write() as tx:
        user = await UserRepository(tx).named(username)
        await UserRepository(tx).change(user.id, disabled=True)
        await _sign_out(tx, user, access.clock.now())
    await access.reload()


async def enable(access: Access, username: str) -> None:
    """He may sign in again; what he was signed in with stays ended. Raises MhudError NOT_FOUND."""
    async with access.db.write() as tx:
        user = await UserRepository(tx).named(username)
        await UserRepository(tx).change(user.id, disabled=False)
        await AccessRepository(tx).bump()
    await access.reload()


async def remove_phone(access: Access, agent_id: str) -> None:
    """The person stays; he is no agent any more. Raises MhudError NOT_FOUND."""
    async with access.db.write() as tx:
        user = await UserRepository(tx).agent(agent_id)
        gone: dict[str, object] = {
            "agent_id": None,
            "interface": None,
            "extension": None,
            "queues": [],
        }
        await UserRepository(tx).change(user.id, **gone)
        await AccessRepository(tx).bump()
    await access.reload()


async def give_phone(access: Access, user: User, phone: Phone) -> None:
    """Raises MhudError INVALID or CONFLICT."""
    check_phone(phone)
    async with access.db.write() as tx:
        await UserRepository(tx).change(user.id, **_phone_columns(phone))
        await AccessRepository(tx).bump()
    await access.reload()


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


def _check(access: Access, person: Person) -> None:
    if not _USERNAME.fullmatch(person.username):
        raise invalid("username", "takes up to 64 letters, digits and . _ @ -")
    if not person.name.strip() or len(person.name) > 200 or not person.name.isprintable():
        raise invalid("name", "must have 1 to 200 printable characters")
    if person.role not in access.known.roles:
        raise invalid("role", f"must be one of {', '.join(sorted(access.known.roles))}")
    if person.phone is not None:
        check_phone(person.phone)


async def _sign_out(tx: Tx, user: User, at: datetime) -> None:
    await UserRepository(tx).void_credentials(user.id)
    await AccessRepository(tx).revoke_user(user.id, at)
    await LoginRepository(tx).end_user(user.id, at)
    await AccessRepository(tx).bump()


def _phone_columns(phone: Phone | None) -> dict[str, object]:
    if phone is None:
        return {}
    return {
        "agent_id": phone.agent_id,
        "interface": phone.interface,
        "extension": phone.extension,
        "queues": list(phone.queues),
    }
