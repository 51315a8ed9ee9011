"""The envelopes in which this dialect puts its data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Pagination(BaseModel):
    """`total` counts what matches, on this page or not."""

    total: int
    limit: int
    offset: int
    has_more: bool


class Done(BaseModel):
    success: Literal[True] = True
    message: str


class One(BaseModel, Generic[T]):
    """A single thing."""

    success: Literal[True] = True
    data: T


class Told(BaseModel, Generic[T]):
    """A single thing, and what was done to it in words."""

    success: Literal[True] = True
    data: T
    message: str


class Many(BaseModel, Generic[T]):
    """A page of a list, or a whole one."""

    success: Literal[True] = True
    data: list[T]
    pagination: Pagination


def page(items: Sequence[T], total: int, limit: int, offset: int) -> Many[T]:
    """`items` begin at `offset` of `total`."""
    more = offset + len(items) < total
    cut = Pagination(total=total, limit=limit, offset=offset, has_more=more)
    return Many(data=list(items), pagination=cut)


def whole(items: Sequence[T], limit: int = 1000) -> Many[T]:
    """A list that is given at once; the most that one may hold is `limit`."""
    return page(items, len(items), limit, 0)
