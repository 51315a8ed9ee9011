"""People who are signed in with a browser's cookie."""

from __future__ import annotations

from mhud.services.login_sessions import start
from mhud.web.cookie import NAME
from tests.houses import House


async def cookie(home: House, username: str, user_agent: str | None = None) -> str:
    """A new login session of somebody who exists: the cookie's value."""
    user = home.services.access.known.names[username]
    return await start(
        home.services.access,
        home.services.trail,
        user,
        "otp",
        ip="192.0.2.7",
        user_agent=user_agent,
    )


async def signed_in(home: House, username: str = "jane", role: str = "operator") -> dict[str, str]:
    """The headers of somebody who was made for it and has just signed in."""
    if username not in home.services.access.known.names:
        await home.person(username, role)
    return {"Cookie": f"{NAME}={await cookie(home, username)}"}
