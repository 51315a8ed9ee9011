"""Links that are good once: the first administrator's, and those by which people set a password.

Only a keyed hash of what stands in a link is kept. It is the end of an address after `#`, which
browsers send to no server: no log has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from mhud.errors import Code, MhudError, conflict, invalid, not_found
from mhud.services.access import Access
from mhud.services.authority import administrators, record, require_role
from mhud.services.passwords import check_strength
from mhud.services.people import Person, add_prepared, prepared
from mhud.services.person_changes import sign_out
from mhud.services.rights import COMMAND_LINE, Principal
from mhud.services.tokens import keyed_hash, new_secret
from mhud.store.access import AccessRepository
from mhud.store.database import Tx
from mhud.store.invitations import Invitation, InvitationRepository
from mhud.store.users import User, UserRepository

GOOD_FOR = timedelta(hours=24)
PREFIX = "mhui_"
ADMIN = "admin"
PATH = "/#/welcome/"
Kind = Literal["setup", "password"]


@dataclass(frozen=True, slots=True)
class Invited:
    """`token` is shown this once."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link is good for. `user` None: whoever comes becomes the first administrator."""

    kind: Kind
    user: User | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who he is, which only the first administrator says himself."""

    username: str | None = None
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)

    def of(self, password: str) -> Person:
        """Raises MhudError INVALID."""
        if self.username is None:
            raise invalid("username", "is required")
        name, email = self.name or self.username, self.email
        return Person(username=self.username, name=name, role=ADMIN, email=email, password=password)


def link(base: str, token: str) -> str:
    return base.rstrip("/") + PATH + token


async def set_up(access: Access, who: Principal) -> Invited:
    """For the first administrator; a link that was made before is void.

    Raises MhudError CONFLICT while there is one who can sign in.
    """
    async with access.db.write() as tx:
        await _require_nobody(tx)
        invited = await _put(tx, access, None)
        await record(tx, access, who, "user.invite", "", setup=True)
    return invited


async def invite(
    access: Access, user_id: int, who: Principal, how: Literal["shown", "email"] = "shown"
) -> Invited:
    """So that he sets a password, whatever he had before; a link that was made before is void.

    `how` it gets to him. Raises MhudError NOT_FOUND, CONFLICT for who is disabled, FORBIDDEN for
    who can do more.
    """
    async with access.db.write() as tx:
        user = await UserRepository(tx).by_id(user_id)
        require_role(access, who, user.role)
        if user.disabled:
            raise conflict("this account is disabled", reason="disabled")
        invited = await _put(tx, access, user.id)
        details = {"how": how} if how != "shown" else {}
        await record(tx, access, who, "user.invite", str(user.id), **details)
    return invited


async def pending(access: Access, user_id: int) -> Invitation | None:
    """A link of his that is still good. Raises MhudError NOT_FOUND."""
    if user_id not in access.known.users:
        raise not_found("user", "")
    async with access.db.read() as tx:
        found = await InvitationRepository(tx).of(user_id)
    return found if found is not None and found.expires_at > access.clock.now() else None


async def look(access: Access, token: str) -> Offer:
    """Raises MhudError GONE: used, over, replaced, or never made."""
    async with access.db.read() as tx:
        return await _offer(tx, access, token)


async def accept(
    access: Access, token: str, password: str, newcomer: Newcomer, ip: str | None
) -> User:
    """Who he is, with his new password. The link is spent.

    Raises MhudError GONE, INVALID, CONFLICT (the username is taken; there is an administrator).
    """
    offer = await look(access, token)
    if offer.user is None:
        user = await _found(access, token, newcomer.of(password), ip)
    else:
        if newcomer != Newcomer():
            raise invalid("username", "belongs to the link of the first administrator only")
        user = await _set_password(access, token, offer.user, password, ip)
    await access.reload()
    return user


async def _found(access: Access, token: str, person: Person, ip: str | None) -> User:
    """Who has the link was given it at the command line, and acts for it."""
    who = replace(COMMAND_LINE, ip=ip)
    ready = await prepared(access, person, who)
    async with access.db.write() as tx:
        await _require_nobody(tx)
        await _spend(tx, access, token)
        return await add_prepared(tx, access, ready, who)


async def _set_password(
    access: Access, token: str, user: User, password: str, ip: str | None
) -> User:
    check_strength(password, user.username, user.name)
    hashed = await access.passwords.hash(password)
    who = replace(access.user_principal(user), ip=ip)
    async with access.db.write() as tx:
        await _spend(tx, access, token)
        await UserRepository(tx).revise(user.id, password_hash=hashed)
        await sign_out(tx, access, user)
        await record(tx, access, who, "user.accept", str(user.id))
        await AccessRepository(tx).bump()
        return await UserRepository(tx).by_id(user.id)


async def _put(tx: Tx, access: Access, user_id: int | None) -> Invited:
    token, now = new_secret(PREFIX), access.clock.now()
    invited = Invited(token, now + GOOD_FOR)
    row = Invitation(
        hash=keyed_hash(token, access.api_key_key),
        user_id=user_id,
        created_at=now,
        expires_at=invited.expires_at,
    )
    await InvitationRepository(tx).put(row, now)
    return invited


async def _offer(tx: Tx, access: Access, token: str) -> Offer:
    found = await InvitationRepository(tx).get(keyed_hash(token, access.api_key_key))
    if found is None or found.expires_at <= access.clock.now():
        raise _gone()
    if found.user_id is None:
        return Offer("setup", None, found.expires_at)
    user = await UserRepository(tx).by_id(found.user_id)
    if user.disabled:
        raise _gone()
    return Offer("password", user, found.expires_at)


async def _spend(tx: Tx, access: Access, token: str) -> None:
    """Again looked at: two may have come at once."""
    await _offer(tx, access, token)
    await InvitationRepository(tx).forget(keyed_hash(token, access.api_key_key))


async def _require_nobody(tx: Tx) -> None:
    if await administrators(tx):
        raise conflict("there is an administrator already", reason="administrator")


def _gone() -> MhudError:
    return MhudError(Code.GONE, "this link was used already, or is good no more; ask for a new one")
