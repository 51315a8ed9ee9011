"""API keys: made once, shown once, kept as a hash, revoked at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mhud.errors import forbidden, invalid, not_found
from mhud.services.access import RATES, Access
from mhud.services.authority import record, require_person, require_rights
from mhud.services.rights import ALL, Principal, common, expand, unknown_rights
from mhud.services.tokens import keyed_hash, new_secret
from mhud.store.access import AccessRepository
from mhud.store.access import ApiKey as ApiKey
from mhud.store.users import UserRepository

PREFIX = "mhuk_"
LATEST_YEAR = 2999
ENTERPRISE = "enterprise"
_ENTERPRISE = re.compile(r"enterprise:([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """`tier`: standard, premium or enterprise:N with N requests per minute."""

    name: str
    rights: Sequence[str]
    tier: str = "standard"
    description: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """`secret` is the credential itself: nobody can ask for it again."""

    key: ApiKey
    secret: str = field(repr=False)


async def add_key(
    access: Access, wish: KeyWish, owner_id: int | None, who: Principal | None = None
) -> NewKey:
    """Without an owner a service user is made with it, whose role limits nothing.

    `who` answers for it in the trail; None: nobody, as where a demo is made.

    Raises MhudError INVALID.
    """
    tier, rate = split_tier(wish.tier)
    _check(access, wish)
    secret = new_secret(PREFIX)
    now = access.clock.now()
    async with access.db.write() as tx:
        owner = owner_id or await _service_user(UserRepository(tx), wish.name, now)
        key = ApiKey(
            id="key-" + secrets.token_hex(6),
            name=wish.name,
            description=wish.description,
            key_hash=keyed_hash(secret, access.api_key_key),
            rights=tuple(wish.rights),
            tier=tier,
            rate=rate,
            owner_id=owner,
            created_at=now,
            expires_at=wish.expires_at,
        )
        await AccessRepository(tx).add_key(key)
        details = {"owner_id": owner, "rights": sorted(key.rights)}
        await record(tx, access, who, "key.create", key.id, **details)
        await AccessRepository(tx).bump()
    await access.reload()
    return NewKey(key, secret)


async def add_key_for(access: Access, wish: KeyWish, creator: Principal) -> NewKey:
    """By API: the creator's own. Raises MhudError FORBIDDEN for a right that he lacks."""
    for right in sorted(expand(wish.rights)):
        if right not in creator.rights:
            raise forbidden(right)
    return await add_key(access, wish, creator.user_id, creator)


def list_keys(access: Access) -> list[ApiKey]:
    """Those that are not revoked, oldest first."""
    return list(access.known.keys.values())


async def revoke_key(access: Access, wanted: str, who: Principal | None = None) -> ApiKey:
    """By id, or else by a name that is unique.

    Raises MhudError NOT_FOUND or INVALID; FORBIDDEN where its owner can do more than `who`.
    """
    key = _find(access, wanted)
    _require_power(access, who, key)
    async with access.db.write() as tx:
        await AccessRepository(tx).revoke_key(key.id, access.clock.now())
        await record(tx, access, who, "key.revoke", key.id)
        await AccessRepository(tx).bump()
    await access.reload()
    return key


def split_tier(text: str) -> tuple[str, int | None]:
    """`enterprise:500` is ("enterprise", 500). Raises MhudError INVALID."""
    if text in RATES:
        return text, None
    found = _ENTERPRISE.fullmatch(text)
    if found is None:
        raise invalid("tier", "must be standard, premium or enterprise:N, N requests per minute")
    return ENTERPRISE, int(found[1])


def _check(access: Access, wish: KeyWish) -> None:
    wrong = [right for right in unknown_rights(wish.rights) if right != ALL]
    if wrong or not wish.rights:
        raise invalid("rights", "must be one or more of the documented rights, or all")
    if wish.expires_at is not None:
        _check_expiry(wish.expires_at, access.clock.now())
    if not wish.name.strip() or len(wish.name) > 100 or not wish.name.isprintable():
        raise invalid("name", "must have 1 to 100 printable characters")


def _check_expiry(at: datetime, now: datetime) -> None:
    if at <= now:
        raise invalid("expires_at", "is in the past")
    if at.year > LATEST_YEAR:  # in UTC it may be outside the calendar
        raise invalid("expires_at", "is too far away")


def _require_power(access: Access, who: Principal | None, key: ApiKey) -> None:
    """A person's own keys are his; a key takes those of its owner that can no more than itself.

    Raises MhudError FORBIDDEN.
    """
    if who is None or who.user_id != key.owner_id:
        require_person(access, who, key.owner_id)
    elif who.kind == "key":
        owner = access.known.users[key.owner_id]
        require_rights(who, common(expand(key.rights), access.user_principal(owner).rights))


def _find(access: Access, wanted: str) -> ApiKey:
    keys = list_keys(access)
    by_id = [key for key in keys if key.id == wanted]
    found = by_id or [key for key in keys if key.name == wanted]
    if not found:
        raise not_found("key", wanted)
    if len(found) > 1:
        raise invalid("key", "more than one key has this name; give its id")
    return found[0]


async def _service_user(people: UserRepository, name: str, now: datetime) -> int:
    word = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "key"
    username = f"service-{word}-{secrets.token_hex(3)}"
    user = await people.add(username=username, name=name, role="admin", created_at=now)
    return user.id
