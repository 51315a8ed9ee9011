"""What the two documents print, by the operation, object or failure that it is an example of.

python -m tests.printed_examples      writes it where the OpenAPI document takes it from
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mhud.web.app import apis
from mhud.web.openapi_examples import FILE
from mhud.web.route import Api, Route
from tests import printed, printed_openchs

_NAME = re.compile(r"{\w+}")


def collected() -> dict[str, Any]:
    """`operations` by the name of their handler; those that are not served are left out."""
    operations: dict[str, dict[str, Any]] = {}
    for name, part, value in (*_of_mhu(), *_of_openchs()):
        operations.setdefault(name, {})[part] = value
    objects = {name: printed.example("Data Models", f"{name} Object") for name in _OBJECTS}
    return {
        "operations": dict(sorted(operations.items())),
        "objects": {_OBJECTS[name]: value for name, value in objects.items()},
        "failures": {
            "mhu": printed.example("Error Responses"),
            "openchs": printed_openchs.error(),
        },
        "socket": printed.first_message(),
        "webhook": printed.example("Webhook Payload"),
    }


_OBJECTS = {"Call": "CallObject", "Agent": "AgentObject", "Queue": "QueueObject"}
Part = tuple[str, str, Any]


def _of_mhu() -> Iterator[Part]:
    for request in printed.requests():
        where = urlsplit(request.path)
        parts = {
            "request": request.body,
            "answer": request.answer,
            "query": dict(parse_qsl(where.query)),
        }
        yield from _parts(request.method, where.path, parts)


def _of_openchs() -> Iterator[Part]:
    for one in printed_openchs.endpoints():
        parts = {
            "request": one.request,
            "answer": one.response,
            "form": {name: value for name, value in one.form.items() if value},
        }
        yield from _parts(one.methods[0], "/helpline/api" + one.path, parts)
    for command in printed_openchs.example_requests():
        where = urlsplit(next(word for word in shlex.split(command) if "://" in word))
        yield from _parts("GET", where.path, {"query": dict(parse_qsl(where.query))})


def _parts(method: str, path: str, parts: dict[str, Any]) -> Iterator[Part]:
    for api, route in _routes():
        if route.method == method and _shape(api.prefix + route.path) == _shape(path):
            name = f"{api.name}_{route.handler.__name__}"
            yield from ((name, part, value) for part, value in parts.items() if value)


def _routes() -> Iterator[tuple[Api, Route]]:
    return ((api, route) for api in apis() for route in api.routes)


def _shape(path: str) -> str:
    return _NAME.sub("{}", path)


if __name__ == "__main__":
    FILE.write_text(json.dumps(collected(), indent=1, ensure_ascii=False) + "\n")
