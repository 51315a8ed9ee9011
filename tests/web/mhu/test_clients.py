"""`/api/v1/clients`: who is helped, found by what a counsellor knows of him."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mhud.services.rights import RIGHTS
from tests.client_desk import CLIENTS, Desk, Shape, client_desk

JOHN = {
    "name": "John Doe",
    "phone": "+254 722 000 000",
    "email": "John.Doe@example.com",
    "date_of_birth": "2011-05-17",
    "gender": "male",
    "location": "Nairobi",
    "language": "sw",
    "notes": "Likes football",
    "tags": ["school", "school", "first-time-caller"],
}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with client_desk(tmp_path) as opened:
        yield opened


async def test_a_client_is_kept_and_read_as_he_was_sent(desk: Desk) -> None:
    made = await desk.keep(**JOHN)
    status, read = await desk.ask("GET", f"/{made['id']}")

    assert (status, read) == (200, made)
    assert read["phones"] == [read["phone"]] == ["+254 722 000 000"]
    assert read["tags"] == ["school", "first-time-caller"]
    assert {name: read[name] for name in ("email", "date_of_birth", "gender", "language")} == {
        "email": "John.Doe@example.com",
        "date_of_birth": "2011-05-17",
        "gender": "male",
        "language": "sw",
    }
    assert (read["last_contact"], read["merged_into"]) == (None, None)
    assert await desk.deeds() == [("client.create", made["id"]), ("client.read", made["id"])]


@pytest.mark.parametrize(
    "query",
    [
        "john doe",
        "Doe, John",
        "JOHN",
        "jo do",
        "Jöhn D",
        "+254722000000",
        "0722 000 000",
        "00254 722-000-000",
        "254722000000",
        "john.doe@EXAMPLE.com",
        "john.doe@",
    ],
)
async def test_he_is_found_by_name_number_or_address(desk: Desk, query: str) -> None:
    await desk.keep(**JOHN)
    await desk.keep(name="Jane Roe", phone="+254722000001", email="jane@example.com")

    assert await desk.find(query) == ["John Doe"]


async def test_a_plus_that_an_address_line_swallowed_is_understood(desk: Desk) -> None:
    await desk.keep(name="Far Away", phone="+44 20 7946 0958")
    async with desk.http.get(f"{CLIENTS}/search?query=+442079460958", headers=desk.headers) as got:
        assert (await got.json())["total"] == 1


@pytest.mark.parametrize("query", ["Ngang'a", "Ng'ang'a wanjikũ", "nganga", "wanjiku ng\u2019ang"])
async def test_accents_and_apostrophes_do_not_matter(desk: Desk, query: str) -> None:
    await desk.keep(name="Wanjikũ Ng'ang'a-Müller")

    assert await desk.find(query) == ["Wanjikũ Ng'ang'a-Müller"]


@pytest.mark.parametrize(
    "query", ["smith", "john smith", "ohn", "0722", "%", "_", "'", "@", "   ", "\U0010ffff", "*"]
)
async def test_what_matches_nobody_finds_nobody(desk: Desk, query: str) -> None:
    await desk.keep(**JOHN)

    assert await desk.find(query) == []


async def test_the_printed_search_answers_the_printed_fields(desk: Desk) -> None:
    made = await desk.keep(**JOHN)
    async with desk.http.get(f"{CLIENTS}/search?query=john+doe", headers=desk.headers) as answer:
        shape = await answer.json()

    assert shape == {
        "clients": [
            {
                "id": made["id"],
                "name": "John Doe",
                "phone": "+254 722 000 000",
                "email": "John.Doe@example.com",
                "last_contact": None,
            }
        ],
        "total": 1,
        "next_cursor": None,
    }


async def test_many_are_read_page_by_page_each_once(desk: Desk) -> None:
    made = [(await desk.keep(name=f"Mary {word}"))["id"] for word in ("A", "B", "C", "D", "E")]
    seen: list[str] = []
    path = "/search?query=mary&limit=2"
    while True:
        status, shape = await desk.ask("GET", path)
        assert (status, shape["total"]) == (200, 5)
        seen += [client["id"] for client in shape["clients"]]
        if shape["next_cursor"] is None:
            break
        path = f"/search?query=mary&limit=2&cursor={shape['next_cursor']}"

    assert sorted(seen) == sorted(made)


async def test_who_was_in_contact_last_comes_first(desk: Desk) -> None:
    await desk.home.person("jane", "operator", "agent001")
    first = await desk.keep(name="Mary First")
    second = await desk.keep(name="Mary Second")
    for client in (second, first):
        await desk.home.clock.advance(60)
        body = {"agent_id": "agent001"}
        status, _ = await desk.ask("POST", f"/{client['id']}/sessions", body)
        assert status == 201

    assert await desk.find("mary") == ["Mary First", "Mary Second"]
    _, read = await desk.ask("GET", f"/{first['id']}")
    assert read["last_contact"] == "2025-03-03T09:02:00Z"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "..."}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"phone": "anonymous"}, "phone"),
        ({"phone": "1"}, "phone"),
        ({"phones": ["+254722000000", "withheld"]}, "phones"),
        ({"phone": "+254722000000", "phones": []}, "body"),
        ({"email": "no address"}, "email"),
        ({"email": "a b@example.org"}, "email"),
        ({"date_of_birth": "2025-03-04"}, "date_of_birth"),
        ({"date_of_birth": "1899-12-31"}, "date_of_birth"),
        ({"date_of_birth": "yesterday"}, "date_of_birth"),
        ({"gender": "none"}, "gender"),
        ({"language": "Swahili, spoken"}, "language"),
        ({"notes": "a\x00b"}, "notes"),
        ({"notes": "x" * 20_001}, "notes"),
        ({"tags": [""]}, "tags.0"),
        ({"nickname": "Jo"}, "nickname"),
        ({"id": "client001"}, "id"),
    ],
)
async def test_wrong_fields_are_named_and_nothing_is_kept(
    desk: Desk, change: Shape, field: str
) -> None:
    made = await desk.keep(**JOHN)
    for method, path in (("POST", ""), ("PUT", f"/{made['id']}")):
        status, shape = await desk.ask(method, path, {"name": "John Doe", **change})
        assert (status, shape["code"]) == (400, "validation_error")
        assert [one["field"] for one in shape["details"]] == [field]
    _, read = await desk.ask("GET", f"/{made['id']}")

    assert read == made
    assert await desk.find("john") == ["John Doe"]


async def test_an_update_changes_what_is_sent_and_clears_what_is_null(desk: Desk) -> None:
    made = await desk.keep(**JOHN)
    change = {"name": "Johnny Doe", "email": None, "phones": ["0733 000 000", "+254733000000"]}
    status, changed = await desk.ask("PUT", f"/{made['id']}", change)

    assert status == 200
    assert changed["email"] is None
    assert changed["phones"] == ["0733 000 000"], "one number in two spellings is one"
    assert (changed["notes"], changed["gender"]) == (made["notes"], made["gender"])
    assert await desk.find("0722000000") == []
    assert await desk.find("0733 000 000") == await desk.find("johnny") == ["Johnny Doe"]
    assert ("client.update", made["id"]) in await desk.deeds()
    assert (await desk.ask("PUT", f"/{made['id']}", {"name": None}))[0] == 400


async def test_who_changes_what_another_changed_meanwhile_is_told(desk: Desk) -> None:
    made = await desk.keep(**JOHN)
    url = f"{CLIENTS}/{made['id']}"
    async with desk.http.get(url, headers=desk.headers) as answer:
        etag = answer.headers["ETag"]
    first, _ = await desk.ask("PUT", f"/{made['id']}", {"notes": "one"}, **{"If-Match": etag})
    second, shape = await desk.ask("PUT", f"/{made['id']}", {"notes": "two"}, **{"If-Match": etag})
    _, read = await desk.ask("GET", f"/{made['id']}")

    assert (first, second, shape["code"]) == (200, 412, "precondition_failed")
    assert read["notes"] == "one"


async def test_who_does_not_exist_is_not_found(desk: Desk) -> None:
    for method, path, body in (
        ("GET", "/client-none", None),
        ("PUT", "/client-none", {"notes": "x"}),
        ("POST", "/client-none/merge", {"into": "client-other"}),
        ("GET", "/client-none/sessions", None),
    ):
        assert (await desk.ask(method, path, body))[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", "/search?query=john", "view_clients"),
        ("GET", "/lookup?phone=0722000000", "view_clients"),
        ("GET", "/client-x", "view_clients"),
        ("GET", "/client-x/sessions", "view_clients"),
        ("POST", "", "manage_clients"),
        ("PUT", "/client-x", "manage_clients"),
        ("POST", "/client-x/merge", "manage_clients"),
        ("POST", "/client-x/sessions", "manage_clients"),
        ("PUT", "/client-x/sessions/session-x", "manage_clients"),
    ],
)
async def test_each_path_needs_its_right(desk: Desk, method: str, path: str, right: str) -> None:
    others = await desk.home.headers(*(one for one in RIGHTS if one != right))
    body: Shape | None = None if method == "GET" else {}
    status, shape = await desk.ask(method, path, body, **others)
    with_it, _ = await desk.ask(method, path, body, **await desk.home.headers(right))
    desk.headers = {}
    nobody, _ = await desk.ask(method, path, body)

    assert (status, shape["details"]) == (403, {"right": right})
    assert with_it not in {401, 403}
    assert nobody == 401


async def test_a_case_that_names_him_is_a_contact(desk: Desk) -> None:
    client = await desk.keep(**JOHN)
    rights = await desk.home.headers("create_case")
    body = {"title": "A matter", "client_id": client["id"]}
    await desk.home.clock.advance(60)
    async with desk.http.post("/helpline/api/cases", json=body, headers=rights) as answer:
        assert answer.status == 201
    _, read = await desk.ask("GET", f"/{client['id']}")

    assert read["last_contact"] == "2025-03-03T09:01:00Z"
    assert read["updated_at"] == client["updated_at"], "nobody changed the client himself"


async def test_no_case_names_somebody_who_was_merged(desk: Desk) -> None:
    stays, gone = await desk.keep(**JOHN), await desk.keep(name="Jon Doe")
    await desk.ask("POST", f"/{gone['id']}/merge", {"into": stays["id"]})
    rights = await desk.home.headers("create_case")
    body = {"title": "A matter", "client_id": gone["id"]}
    async with desk.http.post("/helpline/api/cases", json=body, headers=rights) as answer:
        assert answer.status == 400
