"""Login sessions: `/api/v1/sessions`. Where people are signed in, and its end."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from mhud.services import login_sessions
from mhud.services.logins import Open
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.models import Ident
from mhud.web.route import Wire


class SessionQuery(Wire):
    """`user` is a username."""

    user: Ident | None = None


class LoginSession(BaseModel):
    """`current` is the one that asks. `how` is otp, password, invitation or demo.

    A session ends at `expires_at`, and before when nothing was asked for as long as is configured.
    """

    id: str
    user_id: int
    username: str | None
    how: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ip: str | None
    user_agent: str | None
    current: bool


class LoginSessions(BaseModel):
    sessions: list[LoginSession]
    total: int


class EndedSession(BaseModel):
    success: Literal[True] = True
    session_id: str


@mhu.get("/sessions", right=())
async def list_sessions(ctx: Context, query: SessionQuery) -> LoginSessions:
    """Your own; everybody's with the right manage_users. Oldest first."""
    found = login_sessions.visible_to(ctx.services.access, ctx.principal)
    shown = [_shown(ctx, one) for one in found]
    sessions = [one for one in shown if query.user in (None, one.username)]
    return LoginSessions(sessions=sessions, total=len(sessions))


@mhu.delete("/sessions/{session_id}", right=())
async def end_session(ctx: Context, session_id: str) -> EndedSession:
    """Ends it at once, with its sockets: your own, anybody's with the right manage_users."""
    services = ctx.services
    await login_sessions.end(services.access, services.trail, ctx.principal, session_id)
    return EndedSession(session_id=session_id)


def _shown(ctx: Context, one: Open) -> LoginSession:
    login = one.login
    user = ctx.services.access.known.users.get(login.user_id)
    return LoginSession(
        id=login.id,
        user_id=login.user_id,
        username=user.username if user else None,
        how=login.how,
        created_at=login.created_at,
        last_seen_at=one.seen_at,
        expires_at=login.expires_at,
        ip=login.ip,
        user_agent=login.user_agent,
        current=login.id == ctx.principal.login,
    )
