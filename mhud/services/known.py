"""What a check of credentials needs, in memory."""

from __future__ import annotations

from dataclasses import dataclass

from mhud.services.rights import expand
from mhud.store.access import AccessRepository, ApiKey
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


async def read(people: UserRepository, credentials: AccessRepository) -> Known:
    users = await people.all()
    names = {user.username.casefold(): user for user in users}
    names |= {user.email.casefold(): user for user in users if user.email}
    return Known(
        users={user.id: user for user in users},
        names=names,
        roles={name: expand(rights) for name, rights in (await people.roles()).items()},
        keys={key.key_hash: key for key in await credentials.keys()},
        revoked=frozenset(await credentials.revoked_families()),
    )
