"""What was changed about the queues by API, with a version each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.errors import Code, MhudError
from mhud.store.schema import queue_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSettings:
    """`settings` holds only what was set, under the API's field names. Version 0: nothing yet."""

    settings: Mapping[str, Any]
    version: int


NOTHING = OwnSettings(settings={}, version=0)


async def all_settings(tx: AsyncConnection) -> dict[str, OwnSettings]:
    """By queue id."""
    rows = await tx.execute(select(queue_settings))
    return {row.id: OwnSettings(settings=row.settings, version=row.version) for row in rows}


async def save_settings(
    tx: AsyncConnection, queue_id: str, settings: Mapping[str, Any], base: int, at: datetime
) -> OwnSettings:
    """Replaces version `base`. Raises MhudError PRECONDITION_FAILED when that is not the last."""
    known = select(queue_settings.c.version).where(queue_settings.c.id == queue_id)
    if ((await tx.scalar(known)) or 0) != base:
        raise MhudError(Code.PRECONDITION_FAILED, "the queue was changed meanwhile")
    row = {"settings": dict(settings), "version": base + 1, "updated_at": at}
    statement = insert(queue_settings).values(id=queue_id, **row)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))
    return OwnSettings(settings=dict(settings), version=base + 1)
