"""What is told, to sockets and to webhooks, fits what the documents say of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from websockets.asyncio.client import connect

from mhud.feeds import webhook_bodies
from mhud.feeds.filters import EVENT_TYPES
from mhud.feeds.ledger import Ledger
from mhud.feeds.payloads import Entry, entry_of, public_event
from mhud.web import asyncapi
from mhud.web.app import apis
from mhud.web.documents import rest
from mhud.web.event_models import MODELS
from mhud.web.event_shapes import event_shapes
from mhud.web.event_words import EVENTS
from mhud.web.openapi_webhooks import name_of
from tests import printed
from tests.call_centre import CallCentre
from tests.document_shapes import Shapes, part_of
from tests.fake_clock import settle
from tests.helpline import busy, helpline, somebody_is_helped
from tests.replay import TRACES, play, recorded
from tests.sockets import heard, say

STEMS = sorted(path.name.removesuffix(".events.jsonl") for path in TRACES.glob("*.events.jsonl"))


@cache
def events_document() -> dict[str, Any]:
    return asyncapi.document()


@cache
def rest_document() -> dict[str, Any]:
    return rest(apis())


@cache
def events() -> Shapes:
    return Shapes(events_document())


@cache
def deliveries() -> Shapes:
    return Shapes(rest_document())


def wrong_with(entry: Entry) -> Iterator[str]:
    """In any rendering of it."""
    for told in {entry.full, entry.masked, entry.bare}:
        yield from events().misfits(part_of(entry.type), orjson.loads(told))
    for details in (True, False):
        posted = orjson.loads(webhook_bodies.Body(entry).of("webhook789", details=details))
        yield from deliveries().misfits(part_of(name_of(entry.type)), posted)


# ---- is everything here?


def test_every_event_is_a_message_and_a_webhook_with_words_rights_and_a_shape() -> None:
    messages = events_document()["components"]["messages"]
    assert EVENTS.keys() == EVENT_TYPES == event_shapes().keys()
    for name in EVENT_TYPES:
        assert messages[name]["x-rights"]
        assert messages[name]["summary"].endswith(".")
        assert rest_document()["webhooks"][name]["post"]["summary"] == messages[name]["summary"]
        vague = [
            part for part, shape in event_shapes()[name]["properties"].items() if shape == _ANY
        ]
        assert vague == [], f"{name}: its object has no model in {MODELS.keys()}"
    tellers = [one for one in events_document()["operations"].values() if one["action"] == "send"]
    assert len([ref for one in tellers for ref in one["messages"]]) >= len(EVENT_TYPES)


_ANY = {"type": "object"}


# ---- what is told


def test_what_recorded_calls_tell_fits() -> None:
    """All that a real Asterisk did while it was recorded."""
    wrong: set[str] = set()
    for stem in STEMS:
        for event in play(recorded(stem)):
            entry = entry_of(orjson.loads(orjson.dumps(public_event(1, event, None))), event.at)
            wrong |= {f"{event.type}: {one}" for one in wrong_with(entry)}
    assert wrong == set()


async def test_what_services_tell_fits(tmp_path: Path) -> None:
    """Of cases, contacts and sessions, by whoever does it."""
    async with helpline(tmp_path) as centre:
        await busy(centre)
        await somebody_is_helped(centre)
        await _work_on_a_case(centre)
        told = await _all_until(centre.services.ledger, "client.session_created")
    wrong = {f"{entry.type}: {one}" for entry in told for one in wrong_with(entry)}
    assert wrong == set()
    types = {entry.type for entry in told}
    assert {"case.created", "case.updated", "case.assigned", "case.escalated"} <= types
    assert {"case.resolved", "communication.logged", "client.session_created"} <= types


def test_a_delivery_that_tells_of_nothing_fits() -> None:
    event = next(iter(play(recorded(STEMS[0]))))
    posted = orjson.loads(webhook_bodies.test_body("webhook789", event.at))
    assert deliveries().misfits(part_of(name_of("webhook.test")), posted) == []


async def _work_on_a_case(centre: CallCentre) -> None:
    """Made, given to somebody, made urgent, resolved; a contact about it, one about nothing."""
    jane = centre.services.access.known.names["jsmith"].id
    new = {"title": "Somebody needs help", "priority": "medium"}
    made = await _openchs(centre, "POST", "/cases", new)
    path = f"/cases/{made['data']['id']}"
    await _openchs(centre, "PUT", path, {"assigned_user_id": jane, "status": "in_progress"})
    urgent = {"activity_type": "escalation", "description": "It can't wait."}
    await _openchs(centre, "POST", path + "/activities", urgent)
    await _openchs(centre, "PUT", path, {"status": "resolved"})
    contact = {"contact_type": "email", "direction": "inbound", "message": "Thank you."}
    await _openchs(centre, "POST", "/communications", contact)
    await _openchs(centre, "POST", "/communications", {**contact, "case_id": made["data"]["id"]})
    begun = next(one for one in printed.requests() if one.path.endswith("/sessions"))
    path = begun.path.replace("{client_id}", "client001").removeprefix("/api/v1")
    status, answer = await centre.ask("POST", path, begun.body)
    assert status == 201, answer
    await centre.pass_time(2)


async def _openchs(centre: CallCentre, method: str, path: str, body: Any) -> dict[str, Any]:
    url = "/helpline/api" + path
    async with centre.http.request(method, url, json=body, headers=dict(centre.key)) as answer:
        found: dict[str, Any] = await answer.json()
        assert answer.status in {200, 201}, found
        return found


async def _all_until(ledger: Ledger, last: str) -> list[Entry]:
    """What services tell comes into the order a moment later."""
    async with asyncio.timeout(10):
        while True:
            told = list(await ledger.read(0, 10_000))
            if last in {entry.type for entry in told}:
                return told
            await settle()


async def test_what_a_socket_says_besides_fits(tmp_path: Path) -> None:
    async with helpline(tmp_path) as centre:
        address = str(centre.http.make_url("/ws")).replace("http", "ws", 1)
        async with connect(address) as client:
            await say(client, type="auth", api_key=centre.key["X-API-Key"])
            said = [await heard(client)]
            await say(client, type="subscribe", events=["nosuch"])
            said.append(await heard(client))
            await say(client, type="subscribe", since=10**9)
            said += [await heard(client), await heard(client)]
    assert [one["type"] for one in said] == [
        "auth.ok",
        "error",
        "replay.truncated",
        "subscribe.ok",
    ]
    for one in said:
        payload = events_document()["components"]["messages"][one["type"]]["payload"]
        assert events().misfits(payload, one) == []
