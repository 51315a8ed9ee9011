"""Reads what a consumer sent: strict JSON, then the model; errors name fields and echo nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mhud.errors import Code, MhudError, invalid

Model = TypeVar("Model", bound=BaseModel)
DEPTH = 20
VALUES = 20_000  # in one body; everybody waits while it is parsed
STRANGERS_BYTES = 16_384  # from who has not said who he is
READ_S = 30.0  # a body that trickles in slower than this is refused
NAMED = 20  # errors listed, at most
NAME_LENGTH = 64


async def read(request: web.Request, limit: int | None = None) -> bytes:
    """Raises MhudError TOO_LARGE or INVALID, ConnectionError when the consumer is gone."""
    try:
        async with asyncio.timeout(READ_S):
            raw = await request.read()
    except TimeoutError as error:
        raise invalid("body", "did not arrive in time") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise MhudError(Code.TOO_LARGE, "the body is too large") from error
    except web.RequestPayloadError as error:
        raise invalid("body", "is cut off or badly encoded") from error
    if limit is not None and len(raw) > limit:
        raise MhudError(Code.TOO_LARGE, "the body is too large")
    return raw


def parse(raw: bytes) -> dict[str, Any]:
    """A JSON object; an empty body is an empty object. Raises MhudError INVALID."""
    if not raw.strip():
        return {}
    if sum(map(raw.count, (b",", b"[", b"{"))) > VALUES:
        raise invalid("body", "holds too many values")
    try:
        orjson.loads(
            raw
        )  # refuses NaN, infinity, half surrogate pairs and bytes that are not UTF-8
        tree = json.loads(raw, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise invalid("body", str(error) if isinstance(error, _Refused) else _NOT_JSON) from None
    if not isinstance(tree, dict):
        raise invalid("body", "must be a JSON object")
    _refuse_depth(tree)
    return tree


_NOT_JSON = "is not valid JSON"


class _Refused(ValueError):
    """JSON by grammar, but not for us; the text may be shown."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("names a field twice")
    return found


def _refuse_depth(tree: Any) -> None:
    level = [tree]
    for _ in range(DEPTH):
        level = [inner for value in level for inner in _children(value)]
        if not level:
            return
    raise invalid("body", "is nested too deeply")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def validate(model: type[Model], tree: Mapping[str, Any]) -> Model:
    """Raises MhudError INVALID."""
    try:
        return model.model_validate(dict(tree))
    except ValidationError as error:
        refuse(error)


def without_nulls(model: type[BaseModel], tree: Mapping[str, Any]) -> dict[str, Any]:
    """Null for an optional field is the same as leaving it out (but in an update)."""
    optional = {
        info.alias or name for name, info in model.model_fields.items() if not info.is_required()
    }
    return {
        name: value for name, value in tree.items() if value is not None or name not in optional
    }


def query(request: web.Request) -> dict[str, Any]:
    """Each parameter's value; all its values where it is given more than once."""
    given = request.query
    return {
        name: values[0] if len(values) == 1 else values
        for name in given
        if (values := given.getall(name))
    }


def refuse(error: ValidationError) -> NoReturn:
    """Field and reason of each error, and nothing of what was sent."""
    found = error.errors(include_input=False, include_url=False)
    fields = [{"field": _field(item["loc"]), "reason": _reason(item)} for item in found[:NAMED]]
    message = "; ".join(f"{item['field']}: {item['reason']}" for item in fields[:3])
    raise MhudError(Code.INVALID, message, fields=fields) from None


def _field(location: tuple[int | str, ...]) -> str:
    return (".".join(str(part) for part in location) or "body")[:NAME_LENGTH]


def _reason(item: ErrorDetails) -> str:
    """For people: of a text that is held to more than its length, pydantic counts `items`."""
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        return "unknown field"
    if kind == "string_pattern_mismatch":
        return "does not have the form that it needs"
    if kind == "too_long" and context.get("field_type") == "Value":
        return f"should have at most {context['max_length']} characters"
    return item["msg"].removeprefix("Value error, ")
