"""Nobody gives what he lacks, nobody touches who can do more, and an administrator remains."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mhud.errors import Code, MhudError, conflict, invalid
from mhud.services.access import Access
from mhud.services.rights import Principal, beyond, expand
from mhud.store.addresses import AddressRepository
from mhud.store.database import Tx
from mhud.store.roles import RoleRepository
from mhud.store.users import User, UserRepository

ADMINISTERS = frozenset({"manage_users", "manage_roles"})


def require_role(access: Access, who: Principal | None, role: str) -> None:
    """Of a role that is given or taken. Raises MhudError INVALID or FORBIDDEN."""
    rights = access.known.roles.get(role)
    if rights is None:
        raise invalid("role", f"must be one of {', '.join(sorted(access.known.roles))}")
    require_rights(who, rights)


def require_rights(who: Principal | None, rights: Iterable[str]) -> None:
    """Raises MhudError FORBIDDEN that names those which `who` lacks."""
    lacking = [] if who is None else beyond(who.rights, rights)
    if lacking:
        text = "this takes rights that you lack yourself"
        raise MhudError(Code.FORBIDDEN, text, rights=lacking)


def require_person(access: Access, who: Principal | None, user_id: int) -> None:
    """Of somebody whose keys or logins are taken. Raises MhudError FORBIDDEN."""
    user = access.known.users.get(user_id)
    if user is not None:
        require_rights(who, access.user_principal(user).rights)


async def administrators(tx: Tx) -> set[int]:
    """Who may put everything else right, and can sign in to do so."""
    roles = {role.name: expand(role.rights) for role in (await RoleRepository(tx).all()).values()}
    more = await AddressRepository(tx).all()
    return {
        user.id
        for user in await UserRepository(tx).all()
        if roles[user.role] >= ADMINISTERS and _can_sign_in(user) | (user.id in more)
        if not user.disabled
    }


async def people_at_work(access: Access) -> list[User]:
    """Everybody active who can sign in or has a phone, by name: not whom a key acts as alone."""
    async with access.db.read() as tx:
        more = await AddressRepository(tx).all()
    found = [
        user
        for user in access.known.users.values()
        if not user.disabled
        and (_can_sign_in(user) or user.id in more or user.agent_id is not None)
    ]
    return sorted(found, key=lambda user: (user.name.casefold(), user.id))


async def keep_one(tx: Tx, before: set[int]) -> None:
    """Raises MhudError CONFLICT when a change has left nobody of those who were `before`."""
    if before and not await administrators(tx):
        raise conflict("nobody would be left who can manage users and roles")


async def record(
    tx: Tx, access: Access, who: Principal | None, action: str, subject: str, **details: Any
) -> None:
    """In the transaction of the change; not where nobody answers for it."""
    if who is not None:
        kind = action.partition(".")[0]
        await access.trail.record_in(tx, who, action, subject, kind, **details)


def _can_sign_in(user: User) -> bool:
    return bool(user.password_hash or user.email or user.phone)
