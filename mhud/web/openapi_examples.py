"""The examples that the two API documents print, put where they belong in ours.

`examples.json` is collected from their texts (tests/printed_examples.py), not written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from mhud.web.answer import JSON
from mhud.web.route import Api, Route

FILE = Path(__file__).with_name("examples.json")
SUMMARY = "As the API document prints it"
_FORM = "multipart/form-data"


@cache
def printed() -> Mapping[str, Any]:
    """`operations`, `objects`, `failures`, `webhook`."""
    found: dict[str, Any] = orjson.loads(FILE.read_bytes())
    return found


def add_to_operation(operation: dict[str, Any], api: Api, route: Route) -> None:
    """The request, its query or form, and the answer, as far as they are printed."""
    parts = printed()["operations"].get(f"{api.name}_{route.handler.__name__}", {})
    for parameter in operation["parameters"]:
        if parameter["name"] in parts.get("query", {}):
            parameter["example"] = parts["query"][parameter["name"]]
    if "request" in parts:
        operation["requestBody"]["content"][JSON]["examples"] = _example(parts["request"])
    for name, text in parts.get("form", {}).items():
        shape = operation["requestBody"]["content"][_FORM]["schema"]["properties"][name]
        shape["examples"] = [text]
    if "answer" in parts:
        done = operation["responses"][str(route.status)]
        done["content"][JSON]["examples"] = _example(parts["answer"])


def add_to_schemas(schemas: dict[str, Any]) -> None:
    """Of the printed objects."""
    for name, value in printed()["objects"].items():
        if name in schemas:
            schemas[name]["examples"] = [value]


def add_to_failures(responses: dict[str, Any], api: Api) -> None:
    """Of that dialect; the printed error belongs to one status, where it says so."""
    value = printed()["failures"].get(api.name)
    if value is None:
        return
    for name, response in responses.items():
        if value.get("status") in (None, int(name.rpartition("_")[2])):
            response["content"][JSON]["examples"] = _example(value)


def _example(value: Any) -> dict[str, Any]:
    return {"printed": {"summary": SUMMARY, "value": value}}
