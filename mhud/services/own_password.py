"""A person's own password: changed by himself, which ends whatever else he is signed in with."""

from __future__ import annotations

from datetime import timedelta

from mhud.errors import Code, MhudError, invalid
from mhud.services.access import Access
from mhud.services.attempts import CHANGING, Marks
from mhud.services.passwords import check_strength
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.store.access import AccessRepository
from mhud.store.invitations import InvitationRepository
from mhud.store.logins import LoginRepository
from mhud.store.one_time import OneTimeRepository
from mhud.store.users import User, UserRepository

FRESH = timedelta(minutes=10)  # how long a login by code stands for the password that is not there


async def change_own_password(
    access: Access, trail: Trail, who: Principal, old: str | None, new: str, ip: str
) -> None:
    """Raises MhudError INVALID, FORBIDDEN, RATE_LIMITED, SERVICE_UNAVAILABLE."""
    user = access.known.users.get(who.user_id)
    if who.kind != "user" or user is None:
        raise MhudError(Code.FORBIDDEN, "people change their own password; a key has none")
    check_strength(new, user.username, user.name, field="new_password")
    await _count(access, user, ip)
    await _prove(access, who, user, old)
    hashed = await access.passwords.hash(new)
    await _set(access, trail, who, user, hashed)
    await access.reload()


async def _count(access: Access, user: User, ip: str) -> None:
    """Raises MhudError RATE_LIMITED."""
    marks, now = Marks.of(access.api_key_key), access.clock.now()
    attempt = marks.attempt(marks.password_of(user.id), ip)
    async with access.db.write() as tx:
        await attempt.check(OneTimeRepository(tx), CHANGING, now)
        await attempt.note(OneTimeRepository(tx), "changed", now)


async def _prove(access: Access, who: Principal, user: User, old: str | None) -> None:
    """That it is he, and not only his open browser. Raises MhudError INVALID or FORBIDDEN."""
    if user.password_hash is None:
        if not _came_by_code_lately(access, who):
            text = "without an old password, sign in by a one-time code and do it within 10 minutes"
            raise MhudError(Code.FORBIDDEN, text)
        return
    if old is None:
        raise invalid("old_password", "is required")
    if not await access.passwords.matches(user.password_hash, old):
        raise invalid("old_password", "is wrong")


def _came_by_code_lately(access: Access, who: Principal) -> bool:
    found = access.logins.by_id(who.login) if who.login else None
    if found is None or found.login.how != "otp":
        return False
    return access.clock.now() - found.login.created_at <= FRESH


async def _set(access: Access, trail: Trail, who: Principal, user: User, hashed: str) -> None:
    """What asks stays signed in: its family of tokens, or its login session."""
    now = access.clock.now()
    async with access.db.write() as tx:
        latest = await UserRepository(tx).named(user.username)
        if latest.disabled or latest.password_hash != user.password_hash:
            raise invalid("old_password", "is wrong")  # somebody else changed it meanwhile
        await UserRepository(tx).change(user.id, password_hash=hashed)
        await AccessRepository(tx).revoke_user(user.id, now, except_family=who.family)
        await LoginRepository(tx).end_user(user.id, now, except_id=who.login)
        await OneTimeRepository(tx).forget_codes_of(user.id)
        await InvitationRepository(tx).forget_of(user.id)
        await trail.record_in(tx, who, "password.change", str(user.id), "user")
        await AccessRepository(tx).bump()
