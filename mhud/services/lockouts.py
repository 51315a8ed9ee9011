"""Who can't sign in for a while because somebody failed too often, and how that is lifted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from mhud.errors import not_found
from mhud.services import addresses
from mhud.services.access import Access
from mhud.services.attempts import CHANGING, GUESSING, SENDING, Marks
from mhud.services.authority import record, require_role
from mhud.services.rights import Principal
from mhud.store.access import AccessRepository
from mhud.store.addresses import Address, AddressRepository
from mhud.store.database import Tx
from mhud.store.one_time import OneTimeRepository
from mhud.store.users import User, UserRepository

Way = Literal["password", "email", "phone", "change"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockout:
    """`way`: signing in by password or by a code to his e-mail or phone, or changing a password.

    `ip`: only from there; None: from everywhere. `until`: when there is room again.
    """

    user: User
    way: Way
    ip: str | None = field(repr=False)
    attempts: int
    until: datetime


async def lockouts(access: Access) -> list[Lockout]:
    """Of people, soonest over first. Addresses that nobody has are nobody's lock-out."""
    found = [*_of_passwords(access)]
    async with access.db.read() as tx:
        found += await _of_codes(tx, access)
    return sorted(found, key=lambda one: (one.until, one.user.id))


async def unlock(access: Access, user_id: int, who: Principal | None = None) -> None:
    """All that was tried in his name is forgotten, in a running daemon too.

    Raises MhudError NOT_FOUND, FORBIDDEN for who can more than `who`.
    """
    user = access.known.users.get(user_id)
    if user is None:
        raise not_found("user", "")
    require_role(access, who, user.role)
    marks = Marks.of(access.api_key_key)
    async with access.db.write() as tx:
        more = (await AddressRepository(tx).all()).get(user.id, ())
        his = [marks.recipient(address) for _, address in addresses.of(user, more)]
        await OneTimeRepository(tx).forgive([*his, marks.password_of(user.id)])
        await UserRepository(tx).change(user.id, unlocked_at=access.clock.now())
        await record(tx, access, who, "user.unlock", str(user.id))
        await AccessRepository(tx).bump()
    await access.reload()


def _of_passwords(access: Access) -> list[Lockout]:
    now = access.clock.now()
    by_account = {user.username.casefold(): user for user in access.known.users.values()}
    return [
        Lockout(
            user=by_account[one.account],
            way="password",
            ip=one.ip,
            attempts=one.failures,
            until=now + timedelta(seconds=one.wait_s),
        )
        for one in access.back_off.blocked()
        if one.account in by_account
    ]


async def _of_codes(tx: Tx, access: Access) -> list[Lockout]:
    """The latest of the limits that he has reached by each way."""
    store, now = OneTimeRepository(tx), access.clock.now()
    whose = await _marks(tx, access)
    found: dict[bytes, Lockout] = {}
    for limit in (*SENDING, *GUESSING, *CHANGING):
        reached = await store.with_many(limit.kind, limit.most, now - limit.span)
        for recipient in set(reached) & set(whose):
            oldest = await store.nth_latest(recipient, limit.kind, limit.most)
            user, way = whose[recipient]
            until = (oldest or now) + limit.span
            before = found.get(recipient)
            if before is None or until > before.until:
                found[recipient] = Lockout(
                    user=user, way=way, ip=None, attempts=reached[recipient], until=until
                )
    return list(found.values())


async def _marks(tx: Tx, access: Access) -> dict[bytes, tuple[User, Way]]:
    """Whose attempts are counted under which hash."""
    marks, more = Marks.of(access.api_key_key), await AddressRepository(tx).all()
    found: dict[bytes, tuple[User, Way]] = {}
    for user in access.known.users.values():
        his: tuple[Address, ...] = addresses.of(user, more.get(user.id, ()))
        for kind, address in his:
            found[marks.recipient(address)] = user, "email" if kind == "email" else "phone"
        found[marks.password_of(user.id)] = user, "change"
    return found
