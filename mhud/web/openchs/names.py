"""Names of colleagues, for who may not list users: staff's, never a caller's."""

from __future__ import annotations

from mhud.web.context import Context


def name_of(ctx: Context, user_id: int | None) -> str | None:
    """As people know him; his username where he has no name, None where nobody has this id."""
    user = ctx.services.access.known.users.get(user_id) if user_id else None
    return user.name or user.username if user else None


def name_behind(ctx: Context, username: str | None) -> str | None:
    """The username itself where nobody has it any more."""
    user = ctx.services.access.known.names.get((username or "").casefold())
    return user.name or user.username if user else username
