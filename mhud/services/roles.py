"""Roles are data: what each can do is changed here, by those who can it all themselves."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from mhud.errors import conflict, invalid, not_found
from mhud.services.access import Access
from mhud.services.authority import administrators, keep_one, record, require_rights
from mhud.services.rights import ALL, OWN, RIGHTS, Principal, expand
from mhud.store.access import AccessRepository
from mhud.store.roles import Role as Role
from mhud.store.roles import RoleRepository

FOR_HIMSELF = tuple(right + OWN for right in ("make_calls", "end_calls", "control_calls"))
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KNOWN = frozenset({*RIGHTS, *FOR_HIMSELF, ALL})


async def list_roles(access: Access) -> list[Role]:
    """In the order of the alphabet."""
    async with access.db.read() as tx:
        return list((await RoleRepository(tx).all()).values())


async def add_role(access: Access, name: str, rights: Sequence[str], who: Principal) -> Role:
    """Raises MhudError INVALID, CONFLICT, FORBIDDEN."""
    if not _NAME.fullmatch(name):
        raise invalid("name", "takes up to 40 small letters, digits and _")
    given = _checked(rights)
    require_rights(who, expand(given))
    async with access.db.write() as tx:
        roles = RoleRepository(tx)
        if name in await roles.all():
            raise conflict("there is such a role")
        await roles.add(name, given)
        await record(tx, access, who, "role.create", name, added=list(given))
        await AccessRepository(tx).bump()
        made = (await roles.all())[name]
    await access.reload()
    return made


async def change_role(access: Access, name: str, rights: Sequence[str], who: Principal) -> Role:
    """It holds for everybody who has the role, at once.

    Raises MhudError NOT_FOUND, INVALID, CONFLICT, and FORBIDDEN for a right that `who` lacks and
    the role has before or after: else he could take from administrators what makes them such.
    """
    given = _checked(rights)
    async with access.db.write() as tx:
        roles = RoleRepository(tx)
        before = (await roles.all()).get(name)
        if before is None:
            raise not_found("role", name)
        require_rights(who, expand(before.rights) | expand(given))
        could = await administrators(tx)
        await roles.change(name, given)
        await keep_one(tx, could)
        added, gone = set(given) - set(before.rights), set(before.rights) - set(given)
        details = {"added": sorted(added), "removed": sorted(gone)}
        await record(tx, access, who, "role.update", name, **details)
        await AccessRepository(tx).bump()
        changed = (await roles.all())[name]
    await access.reload()
    return changed


def _checked(rights: Collection[str]) -> tuple[str, ...]:
    """Raises MhudError INVALID."""
    if not set(rights) <= _KNOWN:
        raise invalid("rights", f"are of {', '.join(RIGHTS)}, all, {', '.join(FOR_HIMSELF)}")
    return tuple(sorted(set(rights)))
