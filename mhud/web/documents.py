"""`/docs/openapi.json` and `/docs/asyncapi.json`: made of what routes and validates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from aiohttp import web

from mhud.web import asyncapi, openapi
from mhud.web.answer import JSON, dump
from mhud.web.event_shapes import object_shapes
from mhud.web.openapi_beside import BESIDE
from mhud.web.openapi_webhooks import webhook_parameters, webhook_schemas, webhooks
from mhud.web.openapi_words import tags
from mhud.web.route import Api


def rest(apis: Sequence[Api]) -> dict[str, Any]:
    """OpenAPI 3.1 of everything that one may ask, and of what webhooks are sent."""
    tree = openapi.document(apis)
    tree["paths"].update(BESIDE)
    tree["webhooks"] = webhooks()
    shapes = {**object_shapes(), **webhook_schemas()}
    tree["components"]["schemas"] = {**shapes, **tree["components"]["schemas"]}
    tree["components"]["parameters"] = webhook_parameters()
    tree["tags"] = tags(_tags(tree))
    return tree


def _tags(tree: dict[str, Any]) -> list[str]:
    parts = (*tree["paths"].values(), *tree["webhooks"].values())
    return [tag for part in parts for operation in part.values() for tag in operation["tags"]]


def mount(app: web.Application, apis: Sequence[Api]) -> None:
    """Both, open to everybody: they hold nothing of this helpline."""
    _mount(app, "/docs/openapi.json", _rest(tuple(apis)))
    _mount(app, "/docs/asyncapi.json", _events())


@cache
def _rest(apis: tuple[Api, ...]) -> bytes:
    return dump(rest(apis))


@cache
def _events() -> bytes:
    return dump(asyncapi.document())


def _mount(app: web.Application, path: str, printed: bytes) -> None:
    async def document(_request: web.Request) -> web.Response:
        return web.Response(body=printed, headers={"Content-Type": JSON})

    app.router.add_get(path, document)
