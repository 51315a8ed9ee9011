"""`/api/v1/webhooks`: registered, changed, tried out. Delivery itself is tested in feeds/."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from mhud.services.rights import RIGHTS
from mhud.services.trail import Sought
from mhud.store import cursors
from mhud.web.app import build_app
from tests.receivers import receiver
from tests.webhook_office import LOOPBACK, SECRET, Office, office
from tests.webhook_things import NETWORK, URL, given_up, registered

Api = TestClient[Any, Any]
WEBHOOKS = "/api/v1/webhooks"
WISH = {"url": URL, "events": ["call.*", "agent.status_changed"]}


class Desk:
    """The office, and the API of it as its administrator uses it."""

    def __init__(self, place: Office, api: Api, headers: dict[str, str]) -> None:
        self.place = place
        self.api = api
        self.headers = headers

    async def ask(self, method: str, path: str = "", **sent: Any) -> tuple[int, Any]:
        headers = {**self.headers, **sent.pop("headers", {})}
        async with self.api.request(method, WEBHOOKS + path, headers=headers, **sent) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    networks = (*LOOPBACK, NETWORK)
    async with (
        office(tmp_path, timeout_s=10, most=3, allowed_networks=networks) as place,
        TestClient(TestServer(build_app(place.services))) as api,
    ):
        yield Desk(place, api, await place.house.headers())


async def test_a_webhook_is_made_changed_and_removed_and_its_secret_is_shown_once(
    desk: Desk,
) -> None:
    status, made = await desk.ask("POST", json=WISH)
    path = f"/{made['id']}"
    _, one = await desk.ask("GET", path)
    _, listed = await desk.ask("GET")
    change = {"events": ["*"], "description": "the CRM", "active": False, "include_details": True}
    _, changed = await desk.ask("PUT", path, json=change)
    _, cleared = await desk.ask("PUT", path, json={"description": None})
    gone, answer = await desk.ask("DELETE", path)
    trail = await desk.place.services.trail.page(Sought(subject=made["id"]), 20, None)

    assert status == 201
    assert made.pop("secret").startswith("whsec_")
    assert one == made == listed["webhooks"][0]
    assert (one["url"], one["events"], one["active"]) == (URL, WISH["events"], True)
    assert (one["waiting"], one["failing"], one["disabled_reason"]) == (0, False, None)
    assert {name: changed[name] for name in change} == change
    assert cleared["description"] == ""
    assert (gone, answer) == (200, {"success": True, "webhook_id": made["id"]})
    assert (await desk.ask("GET", path))[0] == 404
    assert [deed.action for deed in trail.deeds] == [
        "webhook.delete",
        "webhook.update",
        "webhook.update",
        "webhook.create",
    ]
    assert "192.0.2.1" in str(trail.deeds[0].details)
    assert "hook" not in str([deed.details for deed in trail.deeds])  # the address's path


async def test_a_given_secret_is_not_shown_and_signs(desk: Desk) -> None:
    _, made = await desk.ask("POST", json={**WISH, "secret": SECRET})
    _, rotated = await desk.ask("POST", f"/{made['id']}/rotate-secret", json={"secret": "x" * 16})
    _, again = await desk.ask("POST", f"/{made['id']}/rotate-secret")
    both = {"secret": "x" * 16, "end": True}
    _, ended = await desk.ask("POST", f"/{made['id']}/rotate-secret", json={"end": True})
    refused = await desk.ask("POST", f"/{made['id']}/rotate-secret", json={"end": True})
    wrong = await desk.ask("POST", f"/{made['id']}/rotate-secret", json=both)

    assert made["secret"] is None is rotated["secret"]
    assert again["secret"].startswith("whsec_")
    assert rotated["rotation_ends_at"] == "2025-03-04T09:00:00Z"
    assert ended["rotation_ends_at"] is None is ended["secret"]
    assert (refused[0], wrong[0]) == (409, 400)


NO_RECEIVERS = (
    ("http://10.0.0.8/", "public internet"),
    ("http://169.254.169.254/latest/meta-data", "public internet"),
    ("http://[::1]:8080/", "public internet"),
    ("http://[::ffff:10.0.0.1]/", "public internet"),
    ("http://0x0a.1/", "public internet"),
    ("http://167772161/", "public internet"),
    ("ftp://192.0.2.1/", "begin with"),
    ("file:///etc/passwd", "begin with"),
    ("192.0.2.1/hook", "begin with"),
    ("https://jane:secret@192.0.2.1/", "password"),
    ("https://192.0.2.1/#part", "fragment"),
    ("https://192.0.2.1:99999/", "no address"),
    ("https://192.0.2.1:0/", "no address"),
    ("https://[192.0.2.1/", "no address"),
    ("https://192.0.2.1/a b", "without spaces"),
    ("https://192.0.2.1/\r\nX-Evil: 1", "without spaces"),
    ("https://xn--a/", "no address"),
    ("https://nobody.invalid/", "resolved"),
)
NOT_WHOLE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"url": URL}, "events"),
    ({"url": URL, "events": []}, "events"),
    ({"url": URL, "events": ["call.began"]}, "events"),
    ({"events": ["*"]}, "url"),
    ({**WISH, "secret": "fifteen letters"}, "secret"),
    ({**WISH, "secret": "x" * 257}, "secret"),
    ({**WISH, "secret": "whsec_no base64 at all!"}, "secret"),
    ({**WISH, "secret": "whsec_sécrèt-in-no-ascii"}, "secret"),
    ({**WISH, "description": "x" * 501}, "description"),
    ({**WISH, "retries": 3}, "retries"),
)


async def test_an_address_that_is_no_receiver_outside_is_refused(desk: Desk) -> None:
    for url, reason in NO_RECEIVERS:
        status, answer = await desk.ask("POST", json={**WISH, "url": url})

        assert (status, answer["details"][0]["field"]) == (400, "url"), url
        assert reason in answer["details"][0]["reason"], url
        assert url not in str(answer)


async def test_a_wish_that_is_not_whole_is_refused(desk: Desk) -> None:
    for body, field in NOT_WHOLE:
        status, answer = await desk.ask("POST", json=body)

        assert (status, answer["details"][0]["field"]) == (400, field), body


async def test_nobody_has_told_to_a_machine_what_he_may_not_hear(desk: Desk) -> None:
    home = desk.place.house
    few = await home.headers("manage_webhooks", "view_calls", "receive_events")
    blind = await home.headers(*(set(RIGHTS) - {"view_all_cases"}))
    made, _ = await desk.ask("POST", json={**WISH, "events": ["call.*"]}, headers=few)
    agents, _ = await desk.ask("POST", json=WISH, headers=few)
    details, answer = await desk.ask("POST", json={**WISH, "include_details": True}, headers=blind)
    ident = await registered(desk.place.services)
    led_away, _ = await desk.ask("PUT", f"/{ident}", json={"url": URL}, headers=few)
    stopped, _ = await desk.ask("PUT", f"/{ident}", json={"active": False}, headers=few)

    assert (made, agents, details, led_away, stopped) == (201, 403, 403, 403, 200)
    assert answer["details"] == {"right": "view_all_cases"}


@pytest.mark.parametrize(
    ("rights", "events", "missing"),
    [
        (("create_case",), ["case.*"], "view_all_cases"),
        (("update_case",), ["communication.logged"], "view_all_cases"),
        (("view_agents",), ["agent.call_assigned"], "view_calls"),
        (("view_queues",), ["queue.sla_breach"], "view_calls"),
    ],
)
async def test_who_sees_a_part_of_it_himself_has_no_machine_told_all(
    desk: Desk, rights: tuple[str, ...], events: list[str], missing: str
) -> None:
    wish = {**WISH, "events": events}
    few = await desk.place.house.headers("manage_webhooks", *rights)
    enough = await desk.place.house.headers("manage_webhooks", *rights, missing)
    refused, answer = await desk.ask("POST", json=wish, headers=few)
    made, _ = await desk.ask("POST", json=wish, headers=enough)

    assert (refused, made) == (403, 201)
    assert answer["details"] == {"right": missing}


async def test_who_may_not_see_what_it_was_told_does_not_lead_that_to_himself(desk: Desk) -> None:
    """Its log holds the old bytes, and can be sent again."""
    few = await desk.place.house.headers("manage_webhooks", "view_calls")
    wish = {**WISH, "events": ["call.*"], "include_details": True}
    _, told = await desk.ask("POST", json=wish)
    plainer, _ = await desk.ask(
        "PUT", f"/{told['id']}", json={"include_details": False}, headers=few
    )
    mine = {"url": f"{URL}/mine", "include_details": False}
    led_away, _ = await desk.ask("PUT", f"/{told['id']}", json=mine, headers=few)
    _, all_of_it = await desk.ask("POST", json={**WISH, "events": ["*"]})
    fewer = {"url": f"{URL}/mine", "events": ["call.*"]}
    narrowed, _ = await desk.ask("PUT", f"/{all_of_it['id']}", json=fewer, headers=few)
    _, now = await desk.ask("GET", f"/{told['id']}")

    assert (plainer, led_away, narrowed) == (403, 403, 403)
    assert (now["url"], now["include_details"]) == (URL, True)


async def test_there_are_as_many_as_the_settings_permit(desk: Desk) -> None:
    answers = [(await desk.ask("POST", json=WISH))[0] for _ in range(4)]

    assert answers == [201, 201, 201, 409]


async def test_what_holds_a_secret_is_not_kept_for_a_retry(desk: Desk) -> None:
    ident = await registered(desk.place.services)
    headers = {"Idempotency-Key": "one"}
    made, _ = await desk.ask("POST", json=WISH, headers=headers)
    rotated, _ = await desk.ask("POST", f"/{ident}/rotate-secret", headers=headers)

    assert (made, rotated) == (400, 400)


async def test_a_test_says_what_the_receiver_answered(desk: Desk) -> None:
    async with receiver() as system:
        ident = await registered(desk.place.services, system.url)
        delivered = await desk.place.test(ident)
        await desk.place.settled(ident)  # its line may just have come about, and send it by itself
        system.status = 503
        refused = await desk.place.test(ident)
        _, listed = await desk.ask("GET", f"/{ident}/deliveries")
        await desk.place.change(ident, active=False)
        status, _ = await desk.ask("POST", f"/{ident}/test")

    assert (delivered.state, refused.state, refused.status) == ("delivered", "exhausted", 503)
    assert system.heard[0].data == {"test": True}
    assert system.heard[0].ident == delivered.id
    assert [one["id"] for one in listed["deliveries"]] == [refused.id, delivered.id]
    assert status == 409
    assert {one.ident for one in system.heard} == {delivered.id, refused.id}
    assert [one.ident for one in system.heard].count(refused.id) == 1, "a test is not tried again"


async def test_the_log_is_read_page_by_page_and_by_state(desk: Desk) -> None:
    services = desk.place.services
    ident = await registered(services)
    other = await registered(services)
    made = [await given_up(services, ident) for _ in range(5)]
    await given_up(services, other)
    _, first = await desk.ask("GET", f"/{ident}/deliveries?limit=3")
    _, second = await desk.ask("GET", f"/{ident}/deliveries?cursor={first['next_cursor']}")
    _, none = await desk.ask("GET", f"/{ident}/deliveries?state=waiting")
    far = cursors.printed(b"9" * 26)  # of more digits than a database can hold
    asked = ("cursor=x", f"cursor={far}", "state=x")
    wrong = [await desk.ask("GET", f"/{ident}/deliveries?{one}") for one in asked]

    shown = [one["id"] for one in first["deliveries"] + second["deliveries"]]
    assert shown == made[::-1]
    assert second["next_cursor"] is None
    assert none["deliveries"] == []
    assert [status for status, _ in wrong] == [400, 400, 400]
    assert first["deliveries"][0]["response_status"] == 500
    assert "body" not in first["deliveries"][0]


async def test_only_what_is_settled_is_sent_again(desk: Desk) -> None:
    services = desk.place.services
    ident, other = await registered(services), await registered(services)
    delivery = await given_up(services, ident)
    await desk.place.change(ident, active=False)
    off, _ = await desk.ask("POST", f"/{ident}/deliveries/{delivery}/redeliver")
    foreign, _ = await desk.ask("POST", f"/{other}/deliveries/{delivery}/redeliver")
    unknown = [
        (await desk.ask("POST", f"/{ident}/deliveries/{one}/redeliver"))[0]
        for one in ("delivery-1-00000000", "delivery-99-x", "x", "delivery-" + "9" * 30)
    ]

    assert (off, foreign, unknown) == (409, 404, [404] * 4)


async def test_a_name_that_leads_inside_the_second_time_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns a name decides what it resolves to, and may change his mind."""
    answers = ["127.0.0.1", "192.0.2.1"]

    def rebinding(_host: Any, port: Any, *_more: Any, **_options: Any) -> Any:
        address = answers.pop() if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    async with office(tmp_path, allowed_networks=(NETWORK,)) as place, receiver() as system:
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        url = system.url.replace("127.0.0.1", "rebinding.example")
        made = await place.register(url)
        tried = await place.test(made.webhook.id)

    assert (tried.state, tried.error) == ("exhausted", "address_not_allowed")
    assert system.heard == []
