"""Who asks: a program with a key, or a person with a password whose tokens are kept fresh."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from mhud.client.errors import Unauthenticated

SignIn = Callable[[str, Mapping[str, str]], Awaitable[Mapping[str, Any]]]
"""Posts a body to a path of the MHU dialect, without credentials."""


class Credentials(Protocol):
    async def headers(self, post: SignIn) -> Mapping[str, str]:
        """Of a request."""
        ...

    async def first_message(self, post: SignIn) -> Mapping[str, str]:
        """What `/ws` wants to hear besides its type."""
        ...

    def expire(self) -> bool:
        """They were refused. Whether there may be better ones now."""
        ...


class ApiKey:
    """For programs."""

    def __init__(self, key: str) -> None:
        self._key = key

    async def headers(self, post: SignIn) -> Mapping[str, str]:
        return {"X-API-Key": self._key}

    async def first_message(self, post: SignIn) -> Mapping[str, str]:
        return {"api_key": self._key}

    def expire(self) -> bool:
        return False


class Password:
    """For people: signs in when it is needed, and refreshes the token when it has run out."""

    def __init__(self, username: str, password: str) -> None:
        self._username = username
        self._password = password
        self._access: str | None = None
        self._refresh: str | None = None

    async def headers(self, post: SignIn) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {await self._token(post)}"}

    async def first_message(self, post: SignIn) -> Mapping[str, str]:
        return {"token": await self._token(post)}

    def expire(self) -> bool:
        """Once: a token that is refused although it is new stays refused."""
        had, self._access = self._access is not None, None
        return had

    async def _token(self, post: SignIn) -> str:
        if self._access is None:
            tokens = await self._refreshed(post) or await self._signed_in(post)
            self._access, self._refresh = tokens["access_token"], tokens["refresh_token"]
        return self._access

    async def _refreshed(self, post: SignIn) -> Mapping[str, Any] | None:
        if self._refresh is None:
            return None
        spent, self._refresh = self._refresh, None
        try:
            return await post("/auth/refresh", {"refresh_token": spent})
        except Unauthenticated:
            return None

    async def _signed_in(self, post: SignIn) -> Mapping[str, Any]:
        return await post("/auth/token", {"username": self._username, "password": self._password})
