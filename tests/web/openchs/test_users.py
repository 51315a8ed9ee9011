"""People by API: added, read, changed, disabled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mhud.services.people import Person, Phone, add_person
from tests.houses import PASSWORD
from tests.office import PREFIX, Office, office_in
from tests.sign_in_desk import IP


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_in(tmp_path) as one:
        yield one


async def test_the_list_is_as_printed_and_has_what_may_be_filtered(office: Office) -> None:
    status, body = await office.ask("GET", "/users", who="sue")
    john = next(one for one in body["data"] if one["username"] == "operator_john")

    assert status == 200
    assert body["success"] is True
    assert body["pagination"] == {"total": 3, "limit": 1000, "offset": 0, "has_more": False}
    assert john == {
        "id": office.id_of("operator_john"),
        "username": "operator_john",
        "email": "John@Helpline.org",
        "role": "operator",
        "organization": "Helpline",
        "is_active": True,
        "last_login": "2025-03-03T09:00:00Z",
        "name": "John Otieno",
        "agent_id": None,
    }


async def test_the_list_knows_who_has_just_signed_in(office: Office) -> None:
    await office.desk.clock.advance(5)
    code = await office.desk.code()
    body = {"addr_addr": "john@helpline.org", "otp": code}
    async with office.http.post(f"{PREFIX}/verifyOTP", json=body) as answer:
        assert answer.status == 200
    _, listed = await office.ask("GET", "/users?role=operator")

    assert [one["last_login"] for one in listed["data"]] == ["2025-03-03T09:00:05Z"]
    await office.desk.clock.advance(60)
    await office.signs_in("operator_john")
    _, listed = await office.ask("GET", "/users?role=operator")
    assert [one["last_login"] for one in listed["data"]] == ["2025-03-03T09:01:05Z"]


@pytest.mark.parametrize("query", ["is_active=perhaps", "role=", "unheard_of=1"])
async def test_a_filter_that_is_none_is_refused(office: Office, query: str) -> None:
    status, body = await office.ask("GET", f"/users?{query}")

    assert (status, body["error"]["code"]) == (400, "VALIDATION_ERROR")


async def test_somebody_is_added_and_read_back_with_all_that_was_sent(office: Office) -> None:
    sent = {
        "username": "mary",
        "name": "Mary Wairimu",
        "role": "case_manager",
        "email": "Mary@example.org",
        "phone": "+254 722 000 111",
        "sign_in_addresses": ["+254722000222", "Mary@home.example"],
        "password": PASSWORD,
        "agent_id": "agent077",
        "extension": "1077",
        "queues": ["support"],
    }
    status, body = await office.ask("POST", "/users", sent)
    user_id = body["data"]["id"]
    _, read = await office.ask("GET", f"/users/{user_id}")

    assert (status, body["message"]) == (201, "User created successfully")
    assert read["data"] == body["data"]
    assert read["data"] == {
        "id": user_id,
        "username": "mary",
        "name": "Mary Wairimu",
        "role": "case_manager",
        "email": "Mary@example.org",
        "phone": "+254722000111",
        "sign_in_addresses": ["+254722000222", "mary@home.example"],
        "has_password": True,
        "organization": "Helpline",
        "is_active": True,
        "last_login": None,
        "created_at": "2025-03-03T09:00:00Z",
        "agent_id": "agent077",
        "interface": "PJSIP/agent077",
        "extension": "1077",
        "queues": ["support"],
    }
    assert await office.signs_in("mary")
    assert await office.deeds("user.create") == [("alice", str(user_id), {"role": "case_manager"})]


async def test_who_has_no_password_signs_in_by_code_at_any_of_his_addresses(
    office: Office,
) -> None:
    sent = {"username": "mary", "email": "mary@example.org", "phone": "+254722000111"}
    await office.ask("POST", "/users", {**sent, "sign_in_addresses": ["m@home.example"]})
    for address in ("mary@example.org", "m@home.example"):
        code = await office.desk.code(address)
        assert (await office.desk.otp.verify(address, code, IP)).username == "mary"
    code = await office.desk.code("+254722000111", "phone")
    assert (await office.desk.otp.verify("+254722000111", code, IP)).username == "mary"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "with space"}, "username"),
        ({"name": "two\nlines"}, "name"),
        ({"role": "king"}, "role"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.org\r\nBcc: c@d.org"}, "email"),
        ({"email": "a@b.org, c@d.org"}, "email"),
        ({"email": "jos\u00c9@example.org"}, "email"),
        ({"phone": "anonymous"}, "phone"),
        ({"sign_in_addresses": ["nobody@"]}, "sign_in_addresses"),
        ({"password": "short"}, "password"),
        ({"agent_id": "a b"}, "agent_id"),
        ({"agent_id": "a", "interface": "PJSIP/a\r\nAction: Originate"}, "interface"),
        ({"agent_id": "a", "queues": ["a,b"]}, "queues"),
        ({"is_admin": True}, "is_admin"),
        ({"id": 1}, "id"),
    ],
)
async def test_bad_input_is_refused_naming_the_field_and_adds_nobody(
    office: Office, change: dict[str, Any], field: str
) -> None:
    status, body = await office.ask("POST", "/users", {"username": "mary", **change})

    assert (status, body["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert [one["field"] for one in body["error"]["details"]["fields"]] == [field]
    assert "mary" not in office.desk.services.access.known.names


@pytest.mark.parametrize(
    "taken",
    [
        {"username": "OPERATOR_JOHN"},
        {"email": "JOHN@helpline.ORG"},
        {"phone": "+254 711-000-111"},
        {"sign_in_addresses": ["john@helpline.org"]},
        {"sign_in_addresses": ["+254711000111"]},
        {"username": "john@helpline.org"},
    ],
)
async def test_nobody_gets_a_name_or_an_address_that_is_anothers(
    office: Office, taken: dict[str, Any]
) -> None:
    status, body = await office.ask("POST", "/users", {"username": "mary", **taken})

    assert (status, body["error"]["code"]) == (409, "CONFLICT")
    assert len(office.desk.services.access.known.users) == 3


@pytest.mark.parametrize(
    "taken",
    [
        {"email": "JOHN@helpline.ORG"},
        {"email": "John@Helpline.org"},
        {"phone": "+254 711-000-111"},
        {"sign_in_addresses": ["john@helpline.org"]},
        {"sign_in_addresses": ["JOHN@home.example"]},
        {"agent_id": "agent002"},
    ],
)
async def test_nobody_is_given_an_address_that_is_anothers(
    office: Office, taken: dict[str, Any]
) -> None:
    more = {"sign_in_addresses": ["john@home.example"], "agent_id": "agent002"}
    await office.ask("PUT", f"/users/{office.id_of('operator_john')}", more)
    sue = f"/users/{office.id_of('sue')}"
    _, before = await office.ask("GET", sue)
    status, body = await office.ask("PUT", sue, {"name": "Other", **taken})

    assert (status, body["error"]["code"]) == (409, "CONFLICT")
    assert (await office.ask("GET", sue))[1] == before


async def test_addresses_that_are_his_already_may_be_sent_again(office: Office) -> None:
    john = f"/users/{office.id_of('operator_john')}"
    same = {"email": "john@helpline.org", "sign_in_addresses": ["john@helpline.org", "j@b.org"]}
    for _ in range(2):
        assert (await office.ask("PUT", john, same))[0] == 200


async def test_what_is_named_changes_and_null_clears(office: Office) -> None:
    john = f"/users/{office.id_of('operator_john')}"
    _, before = await office.ask("GET", john)
    change = {"name": "John O.", "agent_id": "agent002", "sign_in_addresses": ["j@home.example"]}
    status, body = await office.ask("PUT", john, change)
    changed = {**change, "interface": "PJSIP/agent002"}

    assert (status, body["message"]) == (200, "User updated successfully")
    assert body["data"] == {**before["data"], **changed}
    _, body = await office.ask("PUT", john, {"email": None, "agent_id": None, "phone": None})
    cleared = {"email": None, "phone": None, "agent_id": None, "interface": None}
    assert body["data"] == {**before["data"], **changed, **cleared}
    assert [deed[2]["fields"] for deed in await office.deeds("user.update")] == [
        ["agent_id", "email", "phone"],
        ["agent_id", "name", "sign_in_addresses"],
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"role": None}, "role"),
        ({"is_active": None}, "is_active"),
        ({"is_active": "no"}, "is_active"),
        ({"password": None}, "password"),
        ({"username": "other"}, "username"),
        ({"extension": "1001"}, "agent_id"),
        ({"role": "king"}, "role"),
        ({"email": "nobody"}, "email"),
        ({"password": "operator_john"}, "password"),
    ],
)
async def test_a_wrong_change_changes_nothing(
    office: Office, change: dict[str, Any], field: str
) -> None:
    john = f"/users/{office.id_of('operator_john')}"
    _, before = await office.ask("GET", john)
    status, body = await office.ask("PUT", john, {"name": "Other", **change})

    assert status == 400
    assert [one["field"] for one in body["error"]["details"]["fields"]] == [field]
    assert (await office.ask("GET", john))[1] == before


async def test_nobody_overwrites_what_he_has_not_seen(office: Office) -> None:
    john = f"/users/{office.id_of('operator_john')}"
    await office.ask("GET", john)
    seen = office.etag
    await office.ask("PUT", john, {"name": "First"}, **{"If-Match": seen})
    fresh = office.etag
    status, body = await office.ask("PUT", john, {"name": "Second"}, **{"If-Match": seen})

    assert (status, body["error"]["code"]) == (412, "PRECONDITION_FAILED")
    assert fresh not in ("", seen)
    assert (await office.ask("PUT", john, {"name": "Third"}, **{"If-Match": fresh}))[0] == 200


async def test_changes_at_once_under_one_version_let_one_through(office: Office) -> None:
    john = f"/users/{office.id_of('operator_john')}"
    await office.ask("GET", john)
    seen = office.etag
    wishes = [office.ask("PUT", john, {"name": f"N{n}"}, **{"If-Match": seen}) for n in range(5)]
    statuses = sorted(status for status, _ in await asyncio.gather(*wishes))

    assert statuses == [200, 412, 412, 412, 412]


@pytest.mark.parametrize(
    "path", ["/users/999", "/users/abc", "/users/0", "/users/-1", f"/users/{10**30}"]
)
async def test_who_is_not_there_is_not_found(office: Office, path: str) -> None:
    assert (await office.ask("GET", path))[0] == 404
    assert (await office.ask("PUT", path, {"name": "x"}))[0] == 404
    assert (await office.ask("POST", f"{path}/unlock"))[0] == 404


async def test_a_disabled_person_his_sessions_tokens_and_keys_stop_at_once(office: Office) -> None:
    john = office.id_of("operator_john")
    code = await office.desk.code()
    office.tokens["key"] = await office.desk.house.headers("view_calls", owner=john)
    assert (await office.ask("GET", "/users/me", who="key"))[0] == 200
    status, body = await office.ask("PUT", f"/users/{john}", {"is_active": False})

    assert (status, body["data"]["is_active"]) == (200, False)
    for who in ("operator_john", "key"):
        assert (await office.ask("GET", "/users/me", who=who))[0] == 401
    assert not await office.signs_in("operator_john")
    async with office.http.post(
        f"{PREFIX}/verifyOTP", json={"addr_addr": "john@helpline.org", "otp": code}
    ) as answer:
        assert answer.status == 401
    await office.ask("PUT", f"/users/{john}", {"is_active": True})
    assert (await office.ask("GET", "/users/me", who="operator_john"))[0] == 401
    assert await office.signs_in("operator_john")
    assert [deed[:2] for deed in await office.deeds("user.disable")] == [("alice", str(john))]
    assert [deed[:2] for deed in await office.deeds("user.enable")] == [("alice", str(john))]


async def test_no_answer_about_people_holds_a_hash_or_a_secret(office: Office) -> None:
    answers = [
        await office.ask("GET", path)
        for path in ("/users", f"/users/{office.id_of('alice')}", "/users/me", "/roles")
    ]
    for _, body in answers:
        assert "argon2" not in str(body)
        assert "hash" not in str(body)


async def test_a_phone_taken_from_another_agent_is_a_conflict(office: Office) -> None:
    phone = Phone(agent_id="agent001", interface="PJSIP/agent001")
    person = Person(username="ann", name="Ann", phone=phone)
    await add_person(office.desk.services.access, person)
    john = f"/users/{office.id_of('operator_john')}"

    assert (await office.ask("PUT", john, {"agent_id": "agent001"}))[0] == 409
    other = {"agent_id": "agent009", "interface": "PJSIP/agent001"}
    assert (await office.ask("PUT", john, other))[0] == 409
