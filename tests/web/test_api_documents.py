"""The documents of the API say what is served, and nothing else: the examples in them are printed.

That the answers keep to them is for tests/contract; that events do, for test_event_documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from mhud.web import asyncapi
from mhud.web.app import apis
from mhud.web.documents import rest
from mhud.web.openapi_examples import printed
from mhud.web.openapi_words import TAGS
from tests.document_shapes import Shapes, part_of, with_nothing_but_known
from tests.houses import House
from tests.printed_examples import collected

Client = TestClient[Any, Any]
PAGES = {
    "/",
    "/portal/{file}",
    "/docs",
    "/docs/files/{file}",
    "/docs/sign-in",
    "/outbox",
    "/outbox/{name}",
    "/phone",
}
"""For people; a program asks for none of them. `/phone` speaks SIP: docs/browser-phone.md."""
HERE = "python -m tests.printed_examples"


@cache
def document() -> dict[str, Any]:
    return rest(apis())


@cache
def exact() -> Shapes:
    return Shapes(document())


@cache
def loose() -> Shapes:
    """What is printed may lack what we add, but has nothing that we lack."""
    return Shapes(with_nothing_but_known(document()))


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        yield from ((f"{method.upper()} {path}", one) for method, one in methods.items())


async def test_whatever_is_served_is_documented_or_a_page_and_the_other_way_round(
    api: Client, home: House
) -> None:
    served = {resource.canonical for resource in api.app.router.resources()} - PAGES
    channels = {one["address"] for one in asyncapi.document()["channels"].values()}
    assert served == document()["paths"].keys() | channels
    methods = {
        f"{route.method} {route.resource.canonical}"
        for route in api.app.router.routes()
        if route.resource is not None and route.resource.canonical not in PAGES | channels
    }
    named = {name for name, _ in operations()}
    heads = {name.replace("GET", "HEAD", 1) for name in named if name.startswith("GET")}
    refused = {name for name in methods if name.startswith("* ")}  # every other method: 405
    assert methods - refused == named | heads


async def test_both_documents_are_served_to_everybody_as_they_are_printed_by_the_command(
    api: Client, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for name, whole in (("openapi", document()), ("asyncapi", asyncapi.document())):
        answer = await api.get(f"/docs/{name}.json")
        assert (answer.status, await answer.json()) == (200, whole)


@pytest.mark.parametrize("name", ["openapi", "asyncapi"])
def test_every_reference_leads_somewhere(name: str) -> None:
    whole = document() if name == "openapi" else asyncapi.document()
    for pointer in _references(whole):
        found: Any = whole
        for part in pointer.removeprefix("#/").split("/"):
            found = found[part]


def _references(tree: Any) -> Iterator[str]:
    if isinstance(tree, list):
        for one in tree:
            yield from _references(one)
    elif isinstance(tree, dict):
        for name, value in tree.items():
            if name == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)


def test_every_group_has_its_words() -> None:
    assert {tag["name"] for tag in document()["tags"]} <= TAGS.keys()


def test_every_operation_says_who_may_and_how_it_is_counted() -> None:
    for name, one in operations():
        assert "Needs" in one["description"], name
        needs = one.get("x-rights", [])
        assert all(right in one["description"] for right in needs), name
        counted = " /api/v1" in name or " /helpline/api" in name
        assert ("Counted" in one["description"]) == counted, name


# ---- examples


def test_the_examples_are_what_the_two_documents_print() -> None:
    """Else: HERE."""
    assert printed() == collected(), f"run {HERE}"


def test_each_printed_example_stands_at_its_operation_and_fits_it() -> None:
    seen = 0
    for name, one in operations():
        for schema, value in _examples(one):
            seen += 1
            assert exact().misfits(schema, value) == [], name
        for schema, value in _examples(one, answers=True):
            seen += 1
            assert loose().misfits(with_nothing_but_known(schema), value) == [], name
    parts = [part for one in printed()["operations"].values() for part in one.keys() - {"query"}]
    assert seen >= len(parts)


def _examples(operation: dict[str, Any], *, answers: bool = False) -> Iterator[tuple[Any, Any]]:
    holders = operation["responses"].values() if answers else [operation.get("requestBody", {})]
    for holder in holders:
        for content in holder.get("content", {}).values():
            for example in content.get("examples", {}).values():
                yield content["schema"], example["value"]


def test_the_printed_objects_failures_and_delivery_fit_what_is_said_of_them() -> None:
    for name, value in printed()["objects"].items():
        assert loose().misfits(part_of(name), value) == []
        assert document()["components"]["schemas"][name]["examples"] == [value]
    assert exact().misfits(part_of("MhuError"), printed()["failures"]["mhu"]) == []
    assert exact().misfits(part_of("OpenchsError"), printed()["failures"]["openchs"]) == []
    assert loose().misfits(part_of("WebhookCallEnded"), printed()["webhook"]) == []
