"""Where a person gets his one-time codes, besides his own e-mail address and phone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema import users
from mhud.store.schema_people import sign_in_addresses

Address = tuple[str, str]
"""`email` or `phone`, and the address as it is compared: folded, or a number's key."""


class AddressRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def all(self) -> dict[int, tuple[Address, ...]]:
        """By user id, in the order of the alphabet."""
        found: defaultdict[int, tuple[Address, ...]] = defaultdict(tuple)
        rows = await self._tx.execute(
            select(sign_in_addresses).order_by(sign_in_addresses.c.address)
        )
        for row in rows:
            found[row.user_id] += ((row.kind, row.address),)
        return dict(found)

    async def replace(self, user_id: int, addresses: Sequence[Address]) -> None:
        """His are these, and no others."""
        table = sign_in_addresses
        await self._tx.execute(delete(table).where(table.c.user_id == user_id))
        for kind, address in addresses:
            row = {"kind": kind, "address": address, "user_id": user_id}
            await self._tx.execute(insert(table).values(**row))

    async def owners(self, kind: str, address: str) -> set[int]:
        """Everybody who gets messages there, or has it as his user name."""
        own = func.lower(users.c.email) if kind == "email" else users.c.phone
        named = func.lower(users.c.username) == address
        more = select(sign_in_addresses.c.user_id).where(
            sign_in_addresses.c.kind == kind, sign_in_addresses.c.address == address
        )
        his = (own == address) | named | users.c.id.in_(more)
        return set(await self._tx.scalars(select(users.c.id).where(his)))
