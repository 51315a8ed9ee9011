"""A handler's signature is its contract: routing, validation, right and document come from it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict

from mhud.services.rights import Principal
from mhud.web.answer import JSON

Handler = Callable[..., Awaitable[Any]]
PageOf = Callable[..., Any]
H = TypeVar("H", bound=Handler)
Bucket = Literal["poll", "command", "auth"]
Rights = str | tuple[str, ...] | None
_PARAMETER = re.compile(r"{(\w+)}")


class Wire(BaseModel):
    """Base of what consumers send: unknown fields are an error that names them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Wire):
    """The body of a request that needs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One endpoint. `path` is under the dialect's prefix.

    `right`: None is open to all, () to everybody with credentials, else any of those named.
    `page` is what a polled route's answer comes from: services and principal → Page, no waiting.
    `updates`: null clears a field. `streams`: the handler reads the body itself, as it comes;
    `form` are the fields beside the file. `media` is what a good answer is made of.
    `versions`: honors If-Match.
    """

    method: str
    path: str
    handler: Handler
    right: Rights
    status: int = 200
    bucket: Bucket = "poll"
    idempotent: bool = False
    etag: bool = False
    page: PageOf | None = None
    updates: bool = False
    versions: bool = False
    streams: bool = False
    form: type[BaseModel] | None = None
    media: str = JSON
    parameters: tuple[tuple[str, type], ...] = ()
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    tag: str = ""

    @property
    def rights(self) -> tuple[str, ...]:
        if self.right is None:
            return ()
        return (self.right,) if isinstance(self.right, str) else self.right

    def allows(self, principal: Principal) -> bool:
        """Of somebody who is known."""
        return not self.rights or any(principal.has(right) for right in self.rights)

    @property
    def takes_body(self) -> bool:
        return self.method in {"POST", "PUT", "PATCH"} and not self.streams

    @property
    def is_update(self) -> bool:
        return self.updates or self.method in {"PUT", "PATCH"}

    @property
    def summary(self) -> str:
        return inspect.getdoc(self.handler) or self.handler.__name__.replace("_", " ")


class Api:
    """The routes of one dialect, in the order in which they were written.

    `error` is the JSON Schema of its failures.
    """

    def __init__(self, name: str, prefix: str, error: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.prefix = prefix
        self.error = error or {"type": "object"}
        self.routes: list[Route] = []

    def get(
        self, path: str, *, right: Rights, etag: bool = False, media: str = JSON
    ) -> Callable[[H], H]:
        """`media`: of an answer that is no model."""
        return self._register("GET", path, right=right, etag=etag, media=media)

    def polled(
        self, path: str, *, right: Rights, answers: type[BaseModel]
    ) -> Callable[[PageOf], PageOf]:
        """For a plain function of services and principal, whose Page holds what `answers` says."""

        def add(page: PageOf) -> PageOf:
            @wraps(page)
            async def handler(ctx: Any) -> Any:
                return page(ctx.services, ctx.principal)

            self.routes.append(
                Route(
                    method="GET",
                    path=path,
                    handler=handler,
                    right=right,
                    etag=True,
                    page=page,
                    answer=answers,
                    tag=_tag(path),
                )
            )
            return page

        return add

    def post(
        self,
        path: str,
        *,
        right: Rights,
        status: int = 200,
        bucket: Bucket = "poll",
        idempotent: bool = True,
        versions: bool = False,
        streams: bool = False,
        form: type[BaseModel] | None = None,
    ) -> Callable[[H], H]:
        """`idempotent`: honours Idempotency-Key; without it the header is refused.

        `streams`: an upload, which the handler reads from the request; never idempotent.
        `form`: what it sends beside the part named `file`, for the document.
        """
        return self._register(
            "POST",
            path,
            right=right,
            status=status,
            bucket=bucket,
            idempotent=idempotent and not streams,
            versions=versions,
            streams=streams,
            form=form,
        )

    def update(
        self, path: str, *, right: Rights, bucket: Bucket = "poll", versions: bool = False
    ) -> Callable[[H], H]:
        """By PUT and by POST, with one meaning: what is left out stays, null clears."""

        def add(handler: H) -> H:
            options: dict[str, Any] = {"right": right, "bucket": bucket, "versions": versions}
            self._register("PUT", path, **options)(handler)
            return self._register("POST", path, **options, idempotent=True, updates=True)(handler)

        return add

    def put(
        self, path: str, *, right: Rights, bucket: Bucket = "poll", versions: bool = False
    ) -> Callable[[H], H]:
        """`versions`: honors If-Match."""
        return self._register("PUT", path, right=right, bucket=bucket, versions=versions)

    def delete(
        self, path: str, *, right: Rights, bucket: Bucket = "poll", versions: bool = False
    ) -> Callable[[H], H]:
        """`versions`: honors If-Match."""
        return self._register("DELETE", path, right=right, bucket=bucket, versions=versions)

    def _register(self, method: str, path: str, **options: Any) -> Callable[[H], H]:
        def add(handler: H) -> H:
            contract = _contract(handler, path)
            self.routes.append(
                Route(
                    method=method,
                    path=path,
                    handler=handler,
                    tag=_tag(path),
                    **contract,
                    **options,
                )
            )
            return handler

        return add


def _tag(path: str) -> str:
    return path.split("/")[1]


def _contract(handler: Handler, path: str) -> dict[str, Any]:
    """Raises TypeError when signature and path disagree: at import, not at the first request."""
    hints = get_type_hints(handler)
    answer = _answer(hints.pop("return", None))
    hints.pop("ctx", None)
    body, query = hints.pop("body", None), hints.pop("query", None)
    for model in (body, query):
        if model is not None and model.model_config.get("extra") != "forbid":
            raise TypeError(f"{model.__name__} of {path} must forbid unknown fields")
    names = _PARAMETER.findall(path)
    if set(names) != set(hints):
        raise TypeError(f"{path} and the parameters {sorted(hints)} of its handler disagree")
    parameters = tuple((name, hints[name]) for name in names)
    return {"parameters": parameters, "body": body, "query": query, "answer": answer}


def _answer(hint: Any) -> type[BaseModel] | None:
    """The model among what a handler may return."""
    members = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for member in members:
        if isinstance(member, type) and member is not NoneType and issubclass(member, BaseModel):
            return member
    return None
