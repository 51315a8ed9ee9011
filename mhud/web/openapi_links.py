"""Links: what was made under `/things` is what `/things/{thing_id}` and below are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from mhud.web.route import Api, Route


def links(api: Api, route: Route, name_of: Callable[[Api, Route], str]) -> dict[str, Any]:
    """From an answer that holds an id to the routes that take it; empty for all other routes."""
    if route.method != "POST" or route.status == 200 or route.answer is None:
        return {}
    found: dict[str, Any] = {}
    for target in _below(api, route):
        parameter = target.parameters[len(route.parameters)][0]
        pointer = _pointer(route.answer, parameter)
        if pointer is not None:
            given = {name: f"$request.path.{name}" for name, _ in route.parameters}
            target_id = name_of(api, target)
            found[target_id] = {
                "operationId": target_id,
                "parameters": {**given, parameter: f"$response.body#{pointer}"},
            }
    return found


def _below(api: Api, route: Route) -> list[Route]:
    """What takes one id more than `route`, right after its path."""
    start = route.path.removesuffix("/outbound") + "/{"  # calls are made at /calls/outbound
    more = len(route.parameters) + 1
    return [one for one in api.routes if one.path.startswith(start) and len(one.parameters) == more]


def _pointer(answer: type[BaseModel], parameter: str) -> str | None:
    """Where in the answer the id is: under its own name or `id`, at the top or in `data`."""
    shapes = {"": answer, "/data": _inner(answer)}
    for prefix, shape in shapes.items():
        for name in (parameter, "id"):
            if shape is not None and name in shape.model_fields:
                return f"{prefix}/{name}"
    return None


def _inner(answer: type[BaseModel]) -> type[BaseModel] | None:
    field = answer.model_fields.get("data")
    kind = field.annotation if field else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
