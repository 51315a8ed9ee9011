"""API keys: `/api/v1/keys`. The credential itself is in the answer to its making, and nowhere."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from mhud.clock import rfc3339
from mhud.services import keys
from mhud.services.keys import ApiKey
from mhud.web.context import Context
from mhud.web.fields import Day, Instant
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.models import Line
from mhud.web.right_words import KeyRight
from mhud.web.route import Wire

RIGHT = "manage_keys"


class NewKey(Wire):
    """`tier`: standard, premium or enterprise:N with N requests per minute."""

    name: Line
    rights: Annotated[list[KeyRight], Field(min_length=1, max_length=100)]
    description: Annotated[str, Field(max_length=500)] = ""
    tier: str = "standard"
    expires_at: Instant | None = None


class Key(BaseModel):
    id: str
    name: str
    description: str
    rights: list[KeyRight]
    tier: str
    owner: str | None
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class CreatedKey(Key):
    """`api_key` is shown this once."""

    api_key: str


class Keys(BaseModel):
    keys: list[Key]
    total: int


class UsageQuery(Wire):
    """Days of the helpline's calendar, both included; by default the last 30."""

    since: Day | None = None
    until: Day | None = None


class UsageOfDay(BaseModel):
    """`refused`: answers 4xx but those of the rate limit; `failed`: 5xx."""

    day: date
    requests: int
    refused: int
    rate_limited: int
    failed: int


class Usage(BaseModel):
    key_id: str
    days: list[UsageOfDay]


class RevokedKey(BaseModel):
    success: Literal[True] = True
    key_id: str


@mhu.get("/keys", right=RIGHT)
async def list_keys(ctx: Context) -> Keys:
    """Keys that are not revoked, oldest first."""
    found = [Key.model_validate(_shown(ctx, key)) for key in keys.list_keys(ctx.services.access)]
    return Keys(keys=found, total=len(found))


@mhu.post("/keys", right=RIGHT, status=201, idempotent=False)
async def create_key(ctx: Context, body: NewKey) -> CreatedKey:
    """Make a key that acts as you; it can't have rights that you lack."""
    wish = keys.KeyWish(**body.model_dump())
    made = await keys.add_key_for(ctx.services.access, wish, ctx.principal)
    return CreatedKey.model_validate({**_shown(ctx, made.key), "api_key": made.secret})


@mhu.get("/keys/{key_id}/usage", right=RIGHT)
async def key_usage(ctx: Context, key_id: str, query: UsageQuery) -> Usage:
    """How much a key asked, by day, also one that is revoked. Sockets are not counted."""
    found = await ctx.services.usage.of_key(key_id, query.since, query.until)
    days = [UsageOfDay.model_validate(one, from_attributes=True) for one in found]
    return Usage(key_id=key_id, days=days)


@mhu.delete("/keys/{key_id}", right=RIGHT)
async def revoke_key(ctx: Context, key_id: str) -> RevokedKey:
    """Revoke a key; it stops working at once."""
    revoked = await keys.revoke_key(ctx.services.access, key_id, ctx.principal)
    return RevokedKey(key_id=revoked.id)


def _shown(ctx: Context, key: ApiKey) -> dict[str, object]:
    owner = ctx.services.access.known.users.get(key.owner_id)
    used = ctx.services.access.last_used(key)
    return {
        "id": key.id,
        "name": key.name,
        "description": key.description,
        "rights": sorted(key.rights),
        "tier": f"{key.tier}:{key.rate}" if key.rate else key.tier,
        "owner": owner.username if owner else None,
        "created_at": rfc3339(key.created_at),
        "expires_at": rfc3339(key.expires_at) if key.expires_at else None,
        "last_used_at": rfc3339(used) if used else None,
    }
