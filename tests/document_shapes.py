"""Does a value fit what our documents say of it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import orjson

Schema = Mapping[str, Any]


class Shapes:
    """What one document says; to read it takes a while, so each schema is read once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._components = document["components"]
        self._known: dict[bytes, jsonschema_rs.Draft202012Validator] = {}

    def misfits(self, schema: Schema, value: Any) -> list[str]:
        """What is wrong with it, and where; `schema` may refer to the components."""
        validator = self._validator(schema)
        return [f"{_place(error)}: {error.message}" for error in validator.iter_errors(value)]

    def _validator(self, schema: Schema) -> jsonschema_rs.Draft202012Validator:
        name = orjson.dumps(schema)
        if name not in self._known:
            whole = {**schema, "components": self._components}
            self._known[name] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._known[name]


def _place(error: jsonschema_rs.ValidationError) -> str:
    return ".".join(str(part) for part in error.instance_path) or "the whole"


def part_of(schema: str) -> dict[str, str]:
    """The schema of that name in the components."""
    return {"$ref": f"#/components/schemas/{schema}"}


def with_nothing_but_known(tree: Any) -> Any:
    """The same, where every field may be missing, and none is there that is not described."""
    if isinstance(tree, list):
        return [with_nothing_but_known(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    loose = {name: with_nothing_but_known(one) for name, one in tree.items() if name != "required"}
    if isinstance(loose.get("properties"), dict) and "allOf" not in loose:
        loose.setdefault("additionalProperties", False)
    return loose
