"""OpenAPI 3.1 from the routes: what is documented is what is served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import mhud
from mhud.web.answer import JSON
from mhud.web.cookie import NAME as COOKIE
from mhud.web.openapi_answers import PROBLEM, answers, error_name, failures, headers
from mhud.web.openapi_examples import add_to_failures, add_to_operation, add_to_schemas
from mhud.web.openapi_links import links
from mhud.web.openapi_words import ABOUT, description, extensions, tags
from mhud.web.route import Api, Route

Mode = Literal["validation", "serialization"]
_REF = "#/components/schemas/{model}"
_NULL = {"type": "null"}
KEY = r"^[\x21-\x7e]+$"
_SECURITY = {
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}


def document(apis: Sequence[Api]) -> dict[str, Any]:
    """The whole document, as a tree of JSON values."""
    named, schemas = _schemas(apis)
    paths: dict[str, dict[str, Any]] = {}
    for api in apis:
        for route in api.routes:
            operations = paths.setdefault(api.prefix + route.path, {})
            operations[route.method.lower()] = _operation(api, route, named, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "mhud", "version": mhud.__version__, "description": ABOUT},
        "tags": tags(route.tag for api in apis for route in api.routes),
        "paths": paths,
        "components": {
            "schemas": {
                **schemas,
                **{error_name(api): dict(api.error) for api in apis},
                "Problem": PROBLEM,
            },
            "responses": {name: one for api in apis for name, one in _failures(api).items()},
            "securitySchemes": _SECURITY,
            "headers": headers(),
        },
    }


def _failures(api: Api) -> dict[str, Any]:
    found = failures(api)
    add_to_failures(found, api)
    return found


def _schemas(
    apis: Sequence[Api],
) -> tuple[dict[tuple[type[BaseModel], Mode], dict[str, Any]], dict[str, Any]]:
    wanted: list[tuple[type[BaseModel], Mode]] = []
    for api in apis:
        for route in api.routes:
            sent = [(model, "validation") for model in (route.body, route.query) if model]
            told = [(route.answer, "serialization")] if route.answer else []
            wanted += [pair for pair in (*sent, *told) if pair not in wanted]  # type: ignore[misc]
    named, definitions = models_json_schema(wanted, ref_template=_REF)
    shapes = {(model, mode): named[model, mode] for model, mode in wanted}
    schemas = definitions.get("$defs", {})
    routes = [route for api in apis for route in api.routes if route.body is not None]
    updates = {route.body for route in routes if route.is_update}
    for model in {route.body for route in routes}:
        if model is not None:
            schema = schemas[_named(shapes, model)]
            (_forget_defaults if model in updates else _allow_nulls)(schema)
    add_to_schemas(schemas)
    for model in (route.query for api in apis for route in api.routes if route.query is not None):
        properties = schemas[_named(shapes, model)]["properties"]
        properties.update({name: _as_sent(shape) for name, shape in properties.items()})
    return shapes, schemas


def _forget_defaults(schema: dict[str, Any]) -> None:
    """What an update leaves out stays as it is, whatever a model needs as a default."""
    for shape in schema["properties"].values():
        shape.pop("default", None)


def _allow_nulls(schema: dict[str, Any]) -> None:
    """Null is as good as leaving a field out that may be left out (see body.without_nulls)."""
    properties = schema["properties"]
    for name in properties.keys() - set(schema.get("required", ())):
        shape = properties[name]
        said = {key: shape.pop(key) for key in ("title", "description", "default") if key in shape}
        kinds = shape.pop("anyOf", None) or [shape]
        properties[name] = {"anyOf": [*(one for one in kinds if one != _NULL), _NULL], **said}


def _operation(
    api: Api,
    route: Route,
    named: dict[tuple[type[BaseModel], Mode], dict[str, Any]],
    schemas: dict[str, Any],
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(api, route),
        "tags": [route.tag],
        "summary": route.summary.partition("\n")[0],
        "description": description(api, route),
        "parameters": [
            *_path_parameters(route),
            *(_query_parameters(schemas[_named(named, route.query)]) if route.query else ()),
            *_headers(route),
        ],
        "responses": _responses(api, route, named),
        "security": [] if route.right is None else [{name: []} for name in _SECURITY],
        **extensions(api, route),
    }
    if route.body is not None:
        schema = named[route.body, "validation"]
        operation["requestBody"] = {
            "required": any(info.is_required() for info in route.body.model_fields.values()),
            "content": {"application/json": {"schema": schema}},
        }
    if route.streams:
        content = {"multipart/form-data": {"schema": _form(route.form)}}
        operation["requestBody"] = {"required": True, "content": content}
    add_to_operation(operation, api, route)
    return operation


def _form(fields: type[BaseModel] | None) -> dict[str, Any]:
    """With the file; its fields are not shared with others, so they stand here whole."""
    empty: dict[str, Any] = {"type": "object", "properties": {}}
    schema = fields.model_json_schema() if fields else empty
    schema["properties"]["file"] = {"type": "string", "format": "binary"}
    schema["required"] = [*schema.get("required", ()), "file"]
    return schema


def _operation_id(api: Api, route: Route) -> str:
    """A handler under two paths or methods has two ids."""
    same = [one for one in api.routes if one.handler is route.handler]
    turn = same.index(route)
    return f"{api.name}_{route.handler.__name__}" + (f"_{turn + 1}" if turn else "")


def _responses(
    api: Api, route: Route, named: dict[tuple[type[BaseModel], Mode], dict[str, Any]]
) -> dict[str, Any]:
    schema = named[route.answer, "serialization"] if route.answer else {}
    found = answers(api, route, schema)
    following = links(api, route, _operation_id)
    if following:
        found[str(route.status)]["links"] = following
    return found


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if kind is int else "string"},
        }
        for name, kind in route.parameters
    ]


def _query_parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": shape}
        for name, shape in schema.get("properties", {}).items()
    ]


def _named(
    named: dict[tuple[type[BaseModel], Mode], dict[str, Any]], model: type[BaseModel]
) -> str:
    """Of what is sent; two models of one name have longer ones."""
    return str(named[model, "validation"]["$ref"]).rpartition("/")[2]


def _as_sent(shape: dict[str, Any]) -> dict[str, Any]:
    """What is a list for the handler may be sent as words with commas between."""
    default = shape.get("default")
    if shape.get("type") == "string" and isinstance(default, list):
        return {**shape, "default": ",".join(default)}
    return shape


def _headers(route: Route) -> list[dict[str, Any]]:
    known = {
        "Idempotency-Key": (route.idempotent, {"pattern": KEY, "minLength": 1, "maxLength": 255}),
        "If-Match": (route.versions, {}),
        "If-None-Match": (route.etag, {}),
        "Range": (route.media != JSON, {}),
    }
    return [
        {"name": name, "in": "header", "schema": {"type": "string", **shape}}
        for name, (is_taken, shape) in known.items()
        if is_taken
    ]
