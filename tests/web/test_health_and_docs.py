"""Health, metrics and the document of the API."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from aiohttp.test_utils import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, BeforeValidator, Field

from mhud.live.inputs import Tick
from mhud.services.rights import RIGHTS
from mhud.services.roles import FOR_HIMSELF
from mhud.web.app import apis
from mhud.web.context import Context
from mhud.web.openapi import document
from mhud.web.route import Api, Wire
from tests.houses import House

Client = TestClient[Any, Any]
FAR = {"X-Forwarded-For": "203.0.113.1"}  # whoever comes by a proxy is not this machine


async def test_live_is_open_and_says_nothing_but_alive(api: Client) -> None:
    answer = await api.get("/health/live", headers=FAR)

    assert (answer.status, await answer.json()) == (200, {"status": "alive"})


async def test_without_asterisk_the_daemon_is_not_ready_and_says_why(api: Client) -> None:
    answer = await api.get("/health/ready")
    shape = await answer.json()

    assert (answer.status, shape["status"]) == (503, "not ready")
    assert shape["checks"]["pbx"]["ok"] is False
    assert shape["checks"]["database"]["ok"] is True


async def test_a_pump_that_stands_still_is_seen(api: Client, home: House) -> None:
    home.services.pump.feed(Tick(at=home.clock.now()))
    assert (await (await api.get("/health/ready")).json())["checks"]["pump"]["ok"] is True
    await home.clock.advance(31)

    assert (await (await api.get("/health/ready")).json())["checks"]["pump"]["ok"] is False


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
async def test_details_are_for_this_machine_or_who_may_configure_it(
    api: Client, home: House, path: str
) -> None:
    nobody = await api.get(path, headers=FAR)
    wrong = await api.get(path, headers={**FAR, **await home.headers("view_calls")})
    right = await api.get(path, headers={**FAR, **await home.headers("system_config")})

    assert (nobody.status, wrong.status) == (401, 403)
    assert right.status in {200, 503}


async def test_metrics_count_by_template_and_show_the_present(api: Client, home: House) -> None:
    await api.delete("/api/v1/keys/key-unheard-of", headers=await home.headers())
    text = await (await api.get("/metrics")).text()

    line = 'mhud_http_requests_total{method="DELETE",route="/api/v1/keys/{key_id}",status="404"}'
    assert f"{line} 1.0" in text
    assert "key-unheard-of" not in text
    for name in ("pbx_up", "callers_waiting", "ledger_lag_events", "events_skipped_total"):
        assert f"\nmhud_{name} " in text


async def test_the_document_is_openapi_and_is_served(api: Client) -> None:
    served = await (await api.get("/docs/openapi.json", headers=FAR)).json()

    OpenAPIV31SpecValidator(served).validate()
    assert served["paths"]["/api/v1/auth/token"]["post"]["security"] == []


async def test_the_document_describes_both_dialects_and_each_way_in(api: Client) -> None:
    served = await (await api.get("/docs/openapi.json", headers=FAR)).json()
    mine = served["paths"]["/helpline/api/users/me"]["get"]
    calls = served["paths"]["/api/v1/calls/active"]["get"]

    assert mine["security"] == calls["security"] == [{"apiKey": []}, {"bearer": []}, {"cookie": []}]
    cookie = served["components"]["securitySchemes"]["cookie"]
    assert (cookie["in"], cookie["name"]) == ("cookie", "HELPLINE_SESSION_ID")
    shapes = served["components"]["schemas"]
    errors = [
        shapes[failed["content"]["application/json"]["schema"]["$ref"][21:]]
        for one in (mine, calls)
        for failed in [served["components"]["responses"][one["responses"]["401"]["$ref"][23:]]]
    ]
    assert errors[0]["properties"]["error"]["required"] == ["code", "message", "details"]
    assert errors[1]["properties"]["error"] == {"const": True}


def test_wherever_rights_are_named_the_document_lists_the_words() -> None:
    schemas = document(apis())["components"]["schemas"]
    named = {
        f"{model}.{name}": set(field["items"]["enum"])
        for model, schema in schemas.items()
        for name, field in schema.get("properties", {}).items()
        if name in ("rights", "permissions", "own_only")
    }
    words, own = set(RIGHTS), set(FOR_HIMSELF)
    assert named == {
        "Me.permissions": words,
        "Me.own_only": words,
        "Key.rights": words | {"all"},
        "CreatedKey.rights": words | {"all"},
        "NewKey.rights": words | {"all"},
        "NewRole.rights": words | own | {"all"},
        "RoleUpdate.rights": words | own | {"all"},
        "RoleObject.rights": words | own | {"all"},
        "RoleObject.permissions": words | own,
    }


def test_every_route_is_documented_with_words_and_an_answer() -> None:
    tree = document(apis())
    operations = [one for path in tree["paths"].values() for one in path.values()]
    ids = [operation["operationId"] for operation in operations]

    assert len(ids) == len(set(ids)) == sum(len(api.routes) for api in apis())
    assert all(operation["summary"].endswith(".") for operation in operations)
    answers = [next(iter(one["responses"].values()))["content"] for one in operations]
    files = [answer for answer in answers if "application/json" not in answer]
    assert all(answer["application/json"]["schema"] for answer in answers if answer not in files)
    assert len(files) == sum(route.answer is None for api in apis() for route in api.routes)


class Loose(BaseModel):
    name: str


class Asked(Wire):
    limit: int = 20
    queue: str


class Told(BaseModel):
    ok: bool


def test_a_route_whose_signature_and_path_disagree_fails_at_import() -> None:
    routes = Api("test", "/test")

    async def handler(ctx: Context, call_id: str) -> Told:
        raise NotImplementedError

    with pytest.raises(TypeError, match="disagree"):
        routes.get("/calls/{agent_id}", right=None)(handler)


def test_a_body_that_would_swallow_unknown_fields_fails_at_import() -> None:
    routes = Api("test", "/test")

    async def handler(ctx: Context, body: Loose) -> Told:
        raise NotImplementedError

    with pytest.raises(TypeError, match="forbid"):
        routes.post("/calls", right=None)(handler)


class Form(Wire):
    title: str
    note: str | None = None


def test_an_upload_is_documented_as_a_form_with_its_file() -> None:
    routes = Api("test", "/test")

    @routes.post("/files", right=None, streams=True, form=Form)
    async def upload(ctx: Context) -> Told:
        raise NotImplementedError

    @routes.post("/blobs", right=None, streams=True)
    async def upload_plain(ctx: Context) -> Told:
        raise NotImplementedError

    paths = document([routes])["paths"]
    bodies = [paths[path]["post"]["requestBody"] for path in ("/test/files", "/test/blobs")]
    forms = [body["content"]["multipart/form-data"]["schema"] for body in bodies]
    assert [body["required"] for body in bodies] == [True, True]
    assert forms[0]["required"] == ["title", "file"]
    assert set(forms[0]["properties"]) == {"title", "note", "file"}
    assert set(forms[1]["properties"]) == {"file"}
    OpenAPIV31SpecValidator(document([routes])).validate()


class Made(BaseModel):
    id: str


async def test_a_document_says_each_status_and_header_of_a_route() -> None:
    routes = Api("test", "/test")

    @routes.put("/things/{thing_id}", right="make_calls", versions=True)
    async def change(ctx: Context, thing_id: str) -> Told:
        raise NotImplementedError

    tree = document([routes])
    operation = tree["paths"]["/test/things/{thing_id}"]["put"]
    wanted = {"200", "400", "401", "403", "404", "405", "409", "412", "413", "429", "503"}
    assert set(operation["responses"]) == wanted
    assert [one["name"] for one in operation["parameters"]] == ["thing_id", "If-Match"]
    busy = tree["components"]["responses"]["test_429"]
    assert {"Retry-After", "X-RateLimit-Reset"} <= set(busy["headers"])
    assert set(busy["content"]) == {"application/json", "application/problem+json"}
    OpenAPIV31SpecValidator(tree).validate()


def test_what_is_made_leads_to_what_can_be_done_with_it() -> None:
    routes = Api("test", "/test")

    @routes.post("/things", right=None, status=201)
    async def make(ctx: Context) -> Made:
        raise NotImplementedError

    @routes.get("/things/{thing_id}/parts", right=None)
    async def parts(ctx: Context, thing_id: str) -> Told:
        raise NotImplementedError

    tree = document([routes])
    made = tree["paths"]["/test/things"]["post"]["responses"]["201"]
    given = {"thing_id": "$response.body#/id"}
    assert made["links"] == {"test_parts": {"operationId": "test_parts", "parameters": given}}
    OpenAPIV31SpecValidator(tree).validate()


class Wish(Wire):
    name: str
    note: str = Field("", description="Whatever.")
    limit: int | None = None


def test_null_for_what_may_be_left_out_is_documented_of_a_post() -> None:
    routes = Api("test", "/test")

    @routes.post("/things", right=None)
    async def make(ctx: Context, body: Wish) -> Told:
        raise NotImplementedError

    @routes.put("/things/{name}", right=None)
    async def change(ctx: Context, name: str, body: Asked) -> Told:
        raise NotImplementedError

    schemas = document([routes])["components"]["schemas"]
    wish = schemas["Wish"]["properties"]
    null = {"type": "null"}
    assert wish["name"] == {"title": "Name", "type": "string"}
    assert wish["note"]["anyOf"] == [{"type": "string"}, null]
    assert (wish["note"]["description"], wish["note"]["default"]) == ("Whatever.", "")
    assert wish["limit"]["anyOf"] == [{"type": "integer"}, null]
    assert schemas["Asked"]["properties"]["limit"] == {"title": "Limit", "type": "integer"}


class Words(Wire):
    fields: Annotated[tuple[str, ...], BeforeValidator(str.split, json_schema_input_type=str)] = (
        "a",
        "b",
    )


def test_a_list_that_is_sent_as_words_is_documented_as_words() -> None:
    routes = Api("test", "/test")

    @routes.get("/things", right=None)
    async def things(ctx: Context, query: Words) -> Told:
        raise NotImplementedError

    (shown,) = document([routes])["paths"]["/test/things"]["get"]["parameters"]
    assert (shown["schema"]["type"], shown["schema"]["default"]) == ("string", "a,b")


def test_query_and_path_parameters_are_documented() -> None:
    routes = Api("test", "/test")

    @routes.get("/calls/{number}", right=("view_calls", "manage_keys"), etag=True)
    async def look(ctx: Context, number: int, query: Asked) -> Told | None:
        """Look.

        Twice.
        """
        raise NotImplementedError

    tree = document([routes])
    operation = tree["paths"]["/test/calls/{number}"]["get"]
    named = {one["name"]: one for one in operation["parameters"]}

    OpenAPIV31SpecValidator(tree).validate()
    assert named["number"]["schema"] == {"type": "integer"}
    assert (named["limit"]["required"], named["queue"]["required"]) == (False, True)
    needs = "Needs the right view_calls or manage_keys."
    assert operation["description"] == f"Twice.\n\n{needs}\n\nCounted among the reads."
    assert operation["x-rights"] == ["view_calls", "manage_keys"]
    assert "304" in operation["responses"]
