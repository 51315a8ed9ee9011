"""TypeScript types of all that the API takes and answers, made of its own two documents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
HEAD = "// What mhud takes and tells. Made by `mhud types`: make it anew rather than edit it.\n"
_BASIC = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_WORD = re.compile(r"[A-Za-z0-9]+")


def types(rest: Schema, events: Schema) -> str:
    """Of an OpenAPI document and of an AsyncAPI document, which share schemas.

    Raises ValueError where the two mean different things by a name.
    """
    schemas = _merged(rest["components"]["schemas"], events["components"]["schemas"])
    parts = [HEAD]
    parts += [_declared(name, schemas[name]) for name in sorted(schemas, key=type_name)]
    parts += [_union(name, *about) for name, about in _unions(rest, events).items()]
    parts.append(_operations(rest["paths"]))
    return "\n".join(parts)


def type_name(name: str) -> str:
    """`call.ended` is CallEndedEvent; what is a name already stays."""
    if _NAME.fullmatch(name):
        return name
    words = "".join(word[0].upper() + word[1:] for word in _WORD.findall(name))
    return f"{words}Event" if "." in name else words


def expression(schema: Any) -> str:
    """The type that a JSON Schema says."""
    if not isinstance(schema, Mapping) or not schema:
        return "unknown"
    for word, read in _READERS.items():
        if word in schema:
            return read(schema)
    return "unknown"


def _ref(schema: Schema) -> str:
    return type_name(str(schema["$ref"]).rpartition("/")[2])


def _const(schema: Schema) -> str:
    return json.dumps(schema["const"])


def _enum(schema: Schema) -> str:
    return " | ".join(json.dumps(value) for value in schema["enum"])


def _any(schema: Schema) -> str:
    return _either(expression(one) for one in schema.get("anyOf") or schema["oneOf"])


def _all(schema: Schema) -> str:
    own = [_object(schema)] if schema.get("properties") else []
    return " & ".join([*own, *(f"({expression(one)})" for one in schema["allOf"])])


def _typed(schema: Schema) -> str:
    kinds = schema["type"]
    if isinstance(kinds, list):
        return _either(expression({**schema, "type": kind}) for kind in kinds)
    if kinds == "array":
        return f"Array<{expression(schema.get('items'))}>"
    return _object(schema) if kinds == "object" else _BASIC[kinds]


def _object(schema: Schema) -> str:
    fields = schema.get("properties")
    if not fields:
        return f"{{ [name: string]: {expression(schema.get('additionalProperties'))} }}"
    required = set(schema.get("required", ()))
    lines = [line for name in fields for line in _field(name, fields[name], name in required)]
    return "{\n" + "\n".join(f"  {line}" for line in lines) + "\n}"


def _field(name: str, schema: Any, required: bool) -> Iterator[str]:
    if isinstance(schema, Mapping) and "description" in schema:
        yield f"/** {_comment(schema['description'])} */"
    key = name if _NAME.fullmatch(name) else json.dumps(name)
    text = f"{key}{'' if required else '?'}: {expression(schema)};"
    yield from text.splitlines()


def _either(members: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(members))


_READERS = {
    "$ref": _ref,
    "const": _const,
    "enum": _enum,
    "anyOf": _any,
    "oneOf": _any,
    "allOf": _all,
    "type": _typed,
    "properties": _object,
}


def _merged(one: Schema, other: Schema) -> dict[str, Any]:
    wrong = [name for name in one.keys() & other.keys() if one[name] != other[name]]
    if wrong:
        raise ValueError(f"the documents disagree about {', '.join(sorted(wrong))}")
    return {**one, **other}


def _declared(name: str, schema: Any) -> str:
    text = expression(schema)
    described = schema.get("description") if isinstance(schema, Mapping) else None
    comment = f"/** {_comment(described)} */\n" if described else ""
    if text.startswith("{\n") and text.count("\n}") == 1:
        return f"{comment}export interface {type_name(name)} {text}\n"
    return f"{comment}export type {type_name(name)} = {text};\n"


def _union(name: str, comment: str, members: Iterable[str]) -> str:
    text = "\n  | ".join(sorted(map(type_name, members)))
    return f"/** {comment} */\nexport type {name} =\n  | {text};\n"


def _unions(rest: Schema, events: Schema) -> dict[str, tuple[str, list[str]]]:
    told = _messages(events, "tell")
    return {
        "SocketEvent": ("An event on /ws: `type` tells which.", told),
        "SocketMessage": (
            "Whatever mhud says on /ws; what has a `seq` and a `timestamp` is an event.",
            [*told, *_messages(events, "answer")],
        ),
        "SocketRequest": ("What mhud understands on /ws.", _messages(events, "listen")),
        "Webhook": (
            "A webhook's body: `event_type` tells which.",
            [_posted(one["post"]) for one in rest["webhooks"].values()],
        ),
    }


def _messages(events: Schema, operation: str) -> list[str]:
    """Names of the payloads of what is said in one direction."""
    refs = [one["$ref"].rpartition("/")[2] for one in events["operations"][operation]["messages"]]
    known = events["components"]["messages"]
    return [known[name]["payload"]["$ref"].rpartition("/")[2] for name in refs]


def _posted(operation: Schema) -> str:
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return str(schema["$ref"]).rpartition("/")[2]


def _operations(paths: Schema) -> str:
    lines = ["/** By method and path: what is sent, and what a good answer holds. */"]
    lines.append("export interface Operations {")
    for path in sorted(paths):
        for method, operation in paths[path].items():
            lines += _operation(f"{method.upper()} {path}", operation)
    return "\n".join([*lines, "}", ""])


def _operation(name: str, operation: Schema) -> Iterator[str]:
    yield f"  /** {_comment(operation.get('summary', ''))} */"
    yield f"  {json.dumps(name)}: {{"
    for where in ("path", "query"):
        shape = _parameters(operation, where)
        yield f"    {where}: {_indented(shape)};"
    body = (operation.get("requestBody") or {}).get("content", {}).get("application/json", {})
    yield f"    body: {_indented(expression(body.get('schema')) if body else 'undefined')};"
    yield f"    answer: {_indented(_answer(operation))};"
    yield "  };"


def _parameters(operation: Schema, where: str) -> str:
    found = [one for one in operation.get("parameters", ()) if one.get("in") == where]
    if not found:
        return "undefined"
    required = [one["name"] for one in found if one.get("required")]
    properties = {one["name"]: one["schema"] for one in found}
    return _object({"properties": properties, "required": required})


def _answer(operation: Schema) -> str:
    """Of the good statuses that bring JSON."""
    good = [one for status, one in operation["responses"].items() if status.startswith("2")]
    shapes = [one["content"] for one in good if "content" in one]
    found = [expression(one["application/json"]["schema"]) for one in shapes if _is_json(one)]
    return _either(found) or "undefined"


def _is_json(content: Schema) -> bool:
    return "schema" in content.get("application/json", {})


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


def _comment(text: str) -> str:
    return " ".join(text.split()).replace("*/", "*\u200b/")
