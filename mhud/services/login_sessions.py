"""Login sessions begin and end. They are checked in memory: services/logins.py."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from mhud.errors import not_found
from mhud.live.state import LiveState
from mhud.services.access import Access, unauthenticated
from mhud.services.authority import require_person
from mhud.services.logins import Open, in_call
from mhud.services.rights import Principal
from mhud.services.tokens import keyed_hash, new_secret
from mhud.services.trail import Trail
from mhud.store.access import AccessRepository
from mhud.store.logins import Login, LoginRepository
from mhud.store.users import User, UserRepository

PREFIX = "mhus_"
SHOWN = 200  # characters of what a browser says about itself
How = Literal["otp", "password", "invitation", "demo"]


async def start(
    access: Access,
    trail: Trail,
    user: User,
    how: How,
    *,
    ip: str | None = None,
    user_agent: str | None = None,
) -> str:
    """The cookie's value: who has it is this user, until it ends.

    Raises MhudError UNAUTHENTICATED when he was disabled meanwhile, or has another password than
    the one that he signed in with; SERVICE_UNAVAILABLE.
    """
    who = replace(access.user_principal(user), ip=ip)
    value = new_secret(PREFIX)
    login = _new(access, user.id, keyed_hash(value, access.api_key_key), how)
    login = replace(login, ip=ip, user_agent=_sane(user_agent))
    async with access.reading:  # else one who reads now would not see it, and drop it
        async with access.db.write() as tx:
            people = UserRepository(tx)
            stored = await people.named(user.username)
            if stored.disabled:
                raise unauthenticated("this account is disabled")
            if how == "password" and stored.password_hash != user.password_hash:
                raise unauthenticated("the password was changed just now")
            await people.change(user.id, last_login=login.created_at)
            await LoginRepository(tx).add(login)
            await trail.record_in(tx, who, "login.start", login.id, "login", how=how)
        access.logins.add(login)
    return value


async def end(access: Access, trail: Trail, who: Principal, login_id: str) -> None:
    """At once. His own, or with manage_users anybody's.

    Raises MhudError NOT_FOUND, also for another's whom he may not manage; FORBIDDEN for his who
    can do more; SERVICE_UNAVAILABLE.
    """
    found = access.logins.by_id(login_id)
    if found is None or not sees(who, found):
        raise not_found("login session", "")  # it may be a cookie that was sent
    if found.login.user_id != who.user_id:
        require_person(access, who, found.login.user_id)
    async with access.db.write() as tx:
        if await LoginRepository(tx).end(login_id, access.clock.now()):
            await trail.record_in(tx, who, "login.end", login_id, "login")
        await AccessRepository(tx).bump()
    await access.reload()


async def user_of(access: Access, who: Principal) -> User:
    """As he is stored now: his last login is not kept in memory. Raises MhudError."""
    async with access.db.read() as tx:
        return await UserRepository(tx).named(who.username)


def heed_calls(access: Access, live: LiveState) -> None:
    """From now on nothing ends by the clock under who is in a call."""
    access.logins.busy = lambda user_id: in_call(live, access.known.users.get(user_id))


def visible_to(access: Access, who: Principal) -> list[Open]:
    """His own; everybody's with manage_users. Oldest first."""
    return [one for one in access.logins.all() if sees(who, one)]


def sees(who: Principal, one: Open) -> bool:
    """A key that was made to read must not sign its owner out: it needs the right."""
    own = who.kind == "user" and one.login.user_id == who.user_id
    return own or who.has("manage_users")


def _new(access: Access, user_id: int, cookie_hash: bytes, how: How) -> Login:
    now = access.clock.now()
    return Login(
        id="login-" + secrets.token_hex(6),
        hash=cookie_hash,
        user_id=user_id,
        how=how,
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(hours=access.logins.settings.hours),
    )


def _sane(user_agent: str | None) -> str | None:
    """What may be shown of it."""
    if user_agent is None:
        return None
    return "".join(char for char in user_agent[:SHOWN] if char.isprintable())
