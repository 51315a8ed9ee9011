"""How long things are kept, and what went last: `/retention`. The settings decide."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu


class KindKept(BaseModel):
    """`days` null: for ever. `due`: how much a purge would take now, as counted within a minute.

    `last_run_at` and `last_removed` are null when no purge has looked at it yet.
    """

    kind: str
    days: int | None
    due: int | None
    last_run_at: datetime | None
    last_removed: int | None


class KindsKept(BaseModel):
    kinds: list[KindKept]


@mhu.get("/retention", right="system_config")
async def retention(ctx: Context) -> KindsKept:
    """Each kind in the order in which it is purged, once a day or by `mhud purge`."""
    service = ctx.services.retention
    due, last = await service.due_lately(), await service.last()
    kinds = []
    for rule in service.rules:
        purged = last.get(rule.name)
        kinds.append(
            KindKept(
                kind=rule.name,
                days=rule.days,
                due=due.get(rule.name),
                last_run_at=purged.at if purged else None,
                last_removed=purged.removed if purged else None,
            )
        )
    return KindsKept(kinds=kinds)
