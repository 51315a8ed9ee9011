"""Signing in and out: passwords become tokens, tokens become newer ones, families end.

A *family* is one sign-in with all tokens that descend from it.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mhud.services.access import TOKEN_KEY, Access, unauthenticated
from mhud.services.authority import record
from mhud.services.rights import NOBODY, Principal
from mhud.services.tokens import Claims, keyed_hash, new_secret, rotate_key_file, sign
from mhud.store.access import AccessRepository, RefreshToken
from mhud.store.users import User, UserRepository

GRACE = timedelta(seconds=10)  # a consumer whose answer was lost may ask once more
WRONG = "the username or the password is wrong"
STALE = "the refresh token is invalid or has expired"


@dataclass(frozen=True, slots=True)
class Grant:
    """Fresh tokens; `expires_in` is seconds, of the access token."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int


async def prove(access: Access, username: str, password: str, ip: str) -> User:
    """Who it is. `ip`: by which his failures are counted, which may be a whole network.

    Raises MhudError UNAUTHENTICATED: the same for an unknown name and in a wait.
    """
    user = access.known.names.get(username.casefold())
    account = (user.username if user else username).casefold()  # he may have signed by e-mail
    if access.back_off.blocks(account, ip):
        raise unauthenticated(WRONG)
    stored = user.password_hash if user and not user.disabled else None
    if not await access.passwords.matches(stored, password) or user is None:
        _failed(access, user, account, ip)
        raise unauthenticated(WRONG)
    access.back_off.succeeded(account, ip)
    return user


async def log_in(
    access: Access, username: str, password: str, ip: str, counted_as: str | None = None
) -> Grant:
    """`counted_as`: see `prove`; default: `ip`. Raises MhudError UNAUTHENTICATED."""
    user = await prove(access, username, password, counted_as or ip)
    now = access.clock.now()
    refresh, row = _new_refresh(access, user, "family-" + secrets.token_hex(8), now)
    async with access.db.write() as tx:
        now_known = await UserRepository(tx).named(user.username)
        if now_known.disabled or now_known.password_hash != user.password_hash:
            raise unauthenticated(WRONG)  # replaced or disabled while the password was checked
        await UserRepository(tx).change(user.id, last_login=now)
        await AccessRepository(tx).add_refresh(row)
        who = replace(access.user_principal(user), ip=ip)
        await record(tx, access, who, "login.start", row.family, how="password")
    return _grant(access, user, row.family, refresh, now)


async def refresh(access: Access, token: str) -> Grant:
    """Rotates. A spent token that comes back later ends its family: somebody has a copy.

    Raises MhudError UNAUTHENTICATED.
    """
    now = access.clock.now()
    token_hash = keyed_hash(token, access.api_key_key)
    async with access.db.write() as tx:
        credentials = AccessRepository(tx)
        row = await credentials.refresh_token(token_hash)
        user = access.known.users.get(row.user_id) if row else None
        stolen = row is not None and row.spent_at is not None and now - row.spent_at > GRACE
        if row is None or user is None or not _is_good(row, user, now):
            raise unauthenticated(STALE)
        if stolen:
            await credentials.revoke_family(row.family, now)
            await credentials.bump()
        else:
            fresh, successor = _new_refresh(access, user, row.family, now)
            await credentials.add_refresh(successor)
            if row.spent_at is None:
                await credentials.spend(token_hash, now)
    if stolen:
        await access.reload()
        raise unauthenticated(STALE)
    return _grant(access, user, row.family, fresh, now)


async def revoke(access: Access, token: str | None, principal: Principal) -> bool:
    """Ends the family of the refresh token, or of the access token that asks; False: neither."""
    family = principal.family if token is None else await _family_of(access, token)
    if not family:
        return False
    async with access.db.write() as tx:
        await AccessRepository(tx).revoke_family(family, access.clock.now())
        await AccessRepository(tx).bump()
    await access.reload()
    return True


async def rotate_signing_key(access: Access, who: Principal | None = None) -> None:
    """Access tokens that were given out are void; refresh tokens and API keys stay good."""
    await asyncio.to_thread(rotate_key_file, access.folder / TOKEN_KEY)
    async with access.db.write() as tx:
        await record(tx, access, who, "signing-key.rotate", TOKEN_KEY)
        await AccessRepository(tx).bump()
    await access.reload()


def _failed(access: Access, user: User | None, account: str, ip: str) -> None:
    """Only in the name of somebody whom there is: of others everybody could fill the trail."""
    wait = access.back_off.failed(account, ip)
    if wait is not None and user is not None:
        details = {"failures": wait.failures, "wait_s": round(wait.wait_s)}
        who = replace(NOBODY, ip=ip)
        access.trail.later(who, "login.locked", str(user.id), "user", **details)


async def _family_of(access: Access, token: str) -> str:
    async with access.db.read() as tx:
        row = await AccessRepository(tx).refresh_token(keyed_hash(token, access.api_key_key))
    return row.family if row else ""


def _is_good(row: RefreshToken, user: User, now: datetime) -> bool:
    return row.revoked_at is None and now < row.expires_at and not user.disabled


def _new_refresh(
    access: Access, user: User, family: str, now: datetime
) -> tuple[str, RefreshToken]:
    token = new_secret("mhur_")
    row = RefreshToken(
        hash=keyed_hash(token, access.api_key_key),
        family=family,
        user_id=user.id,
        expires_at=now + timedelta(days=access.tokens.refresh_days),
    )
    return token, row


def _grant(access: Access, user: User, family: str, refresh: str, now: datetime) -> Grant:
    seconds = int(access.tokens.access_hours * 3600)
    claims = Claims(
        user_id=user.id,
        family=family,
        version=user.credential_version,
        expires_at=now.timestamp() + seconds,
    )
    return Grant(sign(claims, access.token_key, now), refresh, seconds)
