"""A person is changed: his name, addresses, role, password or phone, or whether he may sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mhud.errors import Code, MhudError, invalid, not_found
from mhud.services import addresses
from mhud.services.access import Access
from mhud.services.authority import administrators, keep_one, record, require_role
from mhud.services.passwords import check_strength
from mhud.services.person import Phone, check_name, check_phone, phone_columns
from mhud.services.rights import Principal
from mhud.services.versions import Versions, require_version
from mhud.store.access import AccessRepository
from mhud.store.addresses import Address, AddressRepository
from mhud.store.database import Tx
from mhud.store.invitations import InvitationRepository
from mhud.store.logins import LoginRepository
from mhud.store.one_time import OneTimeRepository
from mhud.store.users import User, UserRepository

PHONE_FIELDS = ("agent_id", "interface", "extension", "queues")
REACHED_AT = frozenset({"email", "phone", "sign_in_addresses"})


@dataclass(frozen=True, slots=True)
class _Change:
    """What was asked for, checked. `more` None: his further addresses stay."""

    columns: dict[str, Any] = field(repr=False)
    more: tuple[Address, ...] | None = field(repr=False)
    fields: tuple[str, ...]


async def change_person(
    access: Access,
    user_id: int,
    wish: Mapping[str, Any],
    who: Principal | None = None,
    versions: Versions = None,
) -> User:
    """`wish`: what changes, of name, email, phone, role, is_active, password, sign_in_addresses,
    agent_id, interface, extension, queues; None clears. `versions`: those that he may have.

    Raises MhudError NOT_FOUND, INVALID, FORBIDDEN, CONFLICT, PRECONDITION_FAILED.
    """
    user = access.known.users.get(user_id)
    if user is None:
        raise not_found("user", "")
    change = _checked(access, user, wish)
    for role in {user.role, wish.get("role", user.role)}:
        require_role(access, who, role)
    if wish.get("password") is not None:
        change.columns["password_hash"] = await access.passwords.hash(wish["password"])
    async with access.db.write() as tx:
        before = await UserRepository(tx).by_id(user_id)
        require_version(versions, before.version, "user")
        if before.role != user.role:
            raise MhudError(Code.PRECONDITION_FAILED, "the user was changed meanwhile")
        change.columns.update(_phone(before, wish))  # `user` may be a second old
        await _write(tx, access, before, change)
        await record(tx, access, who, *_deed(before, change), fields=list(change.fields))
        after = await UserRepository(tx).by_id(user_id)
    await access.reload()
    return after


async def list_people(access: Access) -> list[User]:
    """As the store has them: when somebody signed in last is nowhere else."""
    async with access.db.read() as tx:
        return await UserRepository(tx).all()


async def find_person(access: Access, user_id: int) -> tuple[User, tuple[Address, ...]]:
    """With his further addresses. Raises MhudError NOT_FOUND."""
    if user_id not in access.known.users:  # nor could the database hold any number that is asked
        raise not_found("user", "")
    async with access.db.read() as tx:
        user = await UserRepository(tx).by_id(user_id)
        return user, (await AddressRepository(tx).all()).get(user_id, ())


def _checked(access: Access, user: User, wish: Mapping[str, Any]) -> _Change:
    """Raises MhudError INVALID."""
    columns: dict[str, Any] = {key: wish[key] for key in ("name", "role") if key in wish}
    if "name" in wish:
        check_name(wish["name"])
    if wish.get("password") is not None:
        check_strength(wish["password"], user.username, wish.get("name", user.name))
    if "is_active" in wish:
        columns["disabled"] = not wish["is_active"]
    for key in ("email", "phone"):
        if key in wish:
            columns[key] = _address(access, key, wish[key])
    more = None
    if "sign_in_addresses" in wish:
        texts = wish["sign_in_addresses"] or ()
        more = addresses.all_normal(texts, access.numbers, "sign_in_addresses")
    return _Change(columns, more, tuple(sorted(wish)))


def _address(access: Access, key: str, text: str | None) -> str | None:
    """A number as its key, an e-mail address as it was given."""
    if text is None:
        return None
    number = addresses.normal("phone" if key == "phone" else "email", text, access.numbers, key)
    return number if key == "phone" else text.strip()


def _phone(user: User, wish: Mapping[str, Any]) -> dict[str, Any]:
    """All columns of it, when any was asked for. Raises MhudError INVALID."""
    if not set(wish) & set(PHONE_FIELDS):
        return {}
    has = {name: getattr(user, name) for name in PHONE_FIELDS}
    has |= {name: wish[name] for name in PHONE_FIELDS if name in wish}
    if has["agent_id"] is None:
        if any(wish.get(name) for name in PHONE_FIELDS):
            raise invalid("agent_id", "is required for who has a phone")
        return {"agent_id": None, "interface": None, "extension": None, "queues": []}
    phone = Phone(
        agent_id=has["agent_id"],
        interface=has["interface"] or f"PJSIP/{has['agent_id']}",
        extension=has["extension"],
        queues=tuple(has["queues"] or ()),
    )
    check_phone(phone)
    return phone_columns(phone)


async def _write(tx: Tx, access: Access, before: User, change: _Change) -> None:
    """Raises MhudError CONFLICT."""
    could = await administrators(tx)
    await UserRepository(tx).revise(before.id, **change.columns)
    after = await UserRepository(tx).by_id(before.id)
    if REACHED_AT & set(change.fields):
        await addresses.claim(tx, after.id, addresses.of(after, change.more or ()))
        await OneTimeRepository(tx).forget_codes_of(after.id)
    if change.more is not None:
        await AddressRepository(tx).replace(after.id, change.more)
    await keep_one(tx, could)
    if after.disabled or after.password_hash != before.password_hash:
        await sign_out(tx, access, after)
    if after.role != before.role:  # who made the link might not have been allowed to, for this one
        await InvitationRepository(tx).forget_of(after.id)
    await AccessRepository(tx).bump()


async def sign_out(tx: Tx, access: Access, user: User) -> None:
    """Of everything, and what was sent to him is void."""
    now = access.clock.now()
    await UserRepository(tx).void_credentials(user.id)
    await AccessRepository(tx).revoke_user(user.id, now)
    await LoginRepository(tx).end_user(user.id, now)
    await OneTimeRepository(tx).forget_codes_of(user.id)
    await InvitationRepository(tx).forget_of(user.id)


def _deed(before: User, change: _Change) -> tuple[str, str]:
    """The word for it, and whom it concerns."""
    disabled = change.columns.get("disabled", before.disabled)
    words = {(False, True): "user.disable", (True, False): "user.enable"}
    return words.get((before.disabled, disabled), "user.update"), str(before.id)
