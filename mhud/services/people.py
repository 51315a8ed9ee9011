"""People, as an administrator manages them: added, disabled, given a password or a phone."""

from __future__ import annotations

from dataclasses import dataclass, field

from mhud.errors import conflict
from mhud.services import addresses
from mhud.services.access import Access
from mhud.services.authority import record, require_role
from mhud.services.passwords import check_strength
from mhud.services.person import Person as Person
from mhud.services.person import Phone as Phone
from mhud.services.person import check_name, check_phone, check_username, phone_columns
from mhud.services.person_changes import change_person
from mhud.services.rights import Principal
from mhud.store.access import AccessRepository
from mhud.store.addresses import Address, AddressRepository
from mhud.store.database import Tx
from mhud.store.users import User, UserRepository


@dataclass(frozen=True, slots=True)
class Prepared:
    """A person whose data are good, with his password's hash; `mobile`, `more` as they are kept."""

    person: Person
    mobile: str | None = field(repr=False)
    more: tuple[Address, ...] = field(repr=False)
    hashed: str | None = field(repr=False)


async def add_person(access: Access, person: Person, who: Principal | None = None) -> User:
    """`who` answers for it in the trail; None: nobody, as where a demo is made.

    Raises MhudError INVALID, CONFLICT, or FORBIDDEN for a role that can more than `who`.
    """
    ready = await prepared(access, person, who)
    async with access.db.write() as tx:
        user = await add_prepared(tx, access, ready, who)
    await access.reload()
    return user


async def prepared(access: Access, person: Person, who: Principal | None) -> Prepared:
    """What takes time, before the transaction. Raises MhudError INVALID, FORBIDDEN."""
    mobile, more = _checked(access, person)
    require_role(access, who, person.role)
    hashed = None
    if person.password is not None:
        check_strength(person.password, person.username, person.name)
        hashed = await access.passwords.hash(person.password)
    return Prepared(person, mobile, more, hashed)


async def add_prepared(tx: Tx, access: Access, ready: Prepared, who: Principal | None) -> User:
    """In the caller's transaction, after which `access` reads again. Raises MhudError CONFLICT."""
    people, person = UserRepository(tx), ready.person
    if await people.name_taken(person.username, person.email):
        raise conflict("this username or e-mail address is taken")
    user = await people.add(
        username=person.username,
        name=person.name,
        role=person.role,
        email=person.email.strip() if person.email else None,
        phone=ready.mobile,
        password_hash=ready.hashed,
        created_at=access.clock.now(),
        **phone_columns(person.phone),
    )
    await addresses.claim(tx, user.id, addresses.of(user, ready.more))
    await AddressRepository(tx).replace(user.id, ready.more)
    await record(tx, access, who, "user.create", str(user.id), role=user.role)
    await AccessRepository(tx).bump()
    return user


async def set_password(
    access: Access, username: str, password: str, who: Principal | None = None
) -> None:
    """Ends all that he is signed in with. Raises MhudError NOT_FOUND or INVALID."""
    await change_person(access, await _id_of(access, username), {"password": password}, who)


async def disable(access: Access, username: str, who: Principal | None = None) -> None:
    """He, his tokens and the keys that act as him stop at once.

    Raises MhudError NOT_FOUND, CONFLICT for the last who can manage users and roles.
    """
    await change_person(access, await _id_of(access, username), {"is_active": False}, who)


async def enable(access: Access, username: str, who: Principal | None = None) -> None:
    """He may sign in again; what he was signed in with stays ended. Raises MhudError NOT_FOUND."""
    await change_person(access, await _id_of(access, username), {"is_active": True}, who)


async def give_phone(
    access: Access, user: User, phone: Phone, who: Principal | None = None
) -> None:
    """Raises MhudError INVALID or CONFLICT."""
    await change_person(access, user.id, phone_columns(phone), who)


async def remove_phone(access: Access, agent_id: str, who: Principal | None = None) -> None:
    """The person stays; he is no agent any more. Raises MhudError NOT_FOUND."""
    async with access.db.read() as tx:
        user = await UserRepository(tx).agent(agent_id)
    await change_person(access, user.id, {"agent_id": None}, who)


async def _id_of(access: Access, username: str) -> int:
    """Raises MhudError NOT_FOUND."""
    async with access.db.read() as tx:
        return (await UserRepository(tx).named(username)).id


def _checked(access: Access, person: Person) -> tuple[str | None, tuple[Address, ...]]:
    """His phone and more addresses, as they are kept. Raises MhudError INVALID."""
    check_username(person.username)
    check_name(person.name)
    if person.phone is not None:
        check_phone(person.phone)
    if person.email is not None:
        addresses.normal("email", person.email, access.numbers, "email")
    mobile = person.mobile
    if mobile is not None:
        mobile = addresses.normal("phone", mobile, access.numbers, "phone")
    field_name = "sign_in_addresses"
    return mobile, addresses.all_normal(person.addresses, access.numbers, field_name)
