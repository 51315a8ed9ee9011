"""The cookie of a login session: what people's browsers carry instead of a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from aiohttp import web
from pydantic import BaseModel

from mhud.errors import Code, MhudError
from mhud.services.access import unauthenticated
from mhud.web.answer import JSON, dump
from mhud.web.context import Context
from mhud.web.origin import ORIGINS

NAME = "HELPLINE_SESSION_ID"


def value_of(headers: Mapping[str, str]) -> str | None:
    """None without one. Raises MhudError UNAUTHENTICATED for two that differ.

    The second may be another's, set for us by a neighbor of our domain.
    """
    found = _values(headers.get("Cookie", "")) - {""}
    if len(found) > 1:
        raise unauthenticated(f"there is more than one {NAME}")
    return found.pop() if found else None


def signed_in(ctx: Context, answer: BaseModel, value: str) -> web.Response:
    """`answer` with the cookie. It lives as long as the browser, or until the session ends."""
    response = _printed(answer)
    response.set_cookie(NAME, value, **_manner(ctx))
    return response


def signed_out(ctx: Context, answer: BaseModel) -> web.Response:
    """`answer`, and the browser forgets the cookie."""
    response = _printed(answer)
    response.del_cookie(NAME, **_manner(ctx))
    return response


def refuse_foreign(ctx: Context) -> None:
    """For who signs in: no other site's page may sign a visitor in as somebody else.

    Raises MhudError FORBIDDEN.
    """
    if ctx.request.app[ORIGINS].is_foreign(ctx.request):
        raise foreign()


def foreign() -> MhudError:
    text = "a page of another site asks; if it is ours, http.public_url must name it"
    return MhudError(Code.FORBIDDEN, text)


def _values(header: str) -> set[str]:
    pairs = (pair.partition("=") for pair in header.split(";"))
    return {value.strip(' \t"') for name, _, value in pairs if name.strip() == NAME}


def _printed(answer: BaseModel) -> web.Response:
    return web.Response(body=dump(answer.model_dump()), headers={"Content-Type": JSON})


class _Manner(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: str


def _manner(ctx: Context) -> _Manner:
    plain = ctx.request.app[ORIGINS].is_plain_loopback(ctx.request)
    return {"path": "/", "secure": not plain, "httponly": True, "samesite": "Lax"}
