"""What a check of credentials needs, in memory."""

from __future__ import annotations

from dataclasses import dataclass

from mhud.services.rights import expand
from mhud.store.access import AccessRepository, ApiKey
from mhud.store.database import Tx
from mhud.store.roles import RoleRepository
from mhud.store.users import User, UserRepository


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that a check needs, replaced whole."""

    users: dict[int, User]
    names: dict[str, User]  # by username and by e-mail address, folded
    roles: dict[str, frozenset[str]]
    keys: dict[bytes, ApiKey]
    revoked: frozenset[str]  # families of tokens


NOTHING = Known({}, {}, {}, {}, frozenset())


async def read(tx: Tx) -> Known:
    """As the store has it."""
    people, credentials = UserRepository(tx), AccessRepository(tx)
    users = await people.all()
    roles = await RoleRepository(tx).all()
    names = {user.username.casefold(): user for user in users}
    names |= {user.email.casefold(): user for user in users if user.email}
    return Known(
        users={user.id: user for user in users},
        names=names,
        roles={role.name: expand(role.rights) for role in roles.values()},
        keys={key.key_hash: key for key in await credentials.keys()},
        revoked=frozenset(await credentials.revoked_families()),
    )


def trying(user: User) -> tuple[object, ...]:
    """Whoever failed to sign in before any of it changed starts afresh."""
    return user.credential_version, user.password_hash, user.unlocked_at
