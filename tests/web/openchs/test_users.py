"""People, roles and lock-outs by API: who may do what to whom, and what nobody may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from mhud.services.access import Access
from mhud.services.lockouts import unlock
from mhud.services.people import Person, Phone, add_person
from mhud.services.rights import RIGHTS
from mhud.services.trail import Sought
from mhud.store.database import Database
from mhud.web.app import build_app
from tests.houses import PASSWORD, settings_for
from tests.sealed_store import KEY
from tests.sign_in_desk import IP, SignInDesk, sign_in_desk

PREFIX = "/helpline/api"
NEW = "eight tall lighthouses"


@dataclass
class Office:
    """Alice is the administrator, Sue a supervisor, John an operator."""

    desk: SignInDesk
    http: TestClient[Any, Any]
    tokens: dict[str, dict[str, str]]

    async def ask(
        self, method: str, path: str, body: Any = None, who: str = "alice", **headers: str
    ) -> tuple[int, Any]:
        sent = {**self.tokens[who], **headers}
        async with self.http.request(method, PREFIX + path, json=body, headers=sent) as answer:
            self.etag = answer.headers.get("ETag", "")
            return answer.status, await answer.json()

    async def signs_in(self, username: str, password: str = PASSWORD) -> bool:
        body = {"username": username, "password": password}
        async with self.http.post("/api/v1/auth/token", json=body) as answer:
            if answer.status == 200:
                token = (await answer.json())["access_token"]
                self.tokens[username] = {"Authorization": f"Bearer {token}"}
            return answer.status == 200

    def id_of(self, username: str) -> int:
        return self.desk.services.access.known.names[username].id

    async def deeds(self, action: str) -> list[tuple[str, str, dict[str, Any]]]:
        page = await self.desk.services.trail.page(Sought(action=action), 50, None)
        return [(one.username, one.subject_id, dict(one.details)) for one in page.deeds]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with (
        sign_in_desk(tmp_path) as desk,
        TestClient(TestServer(build_app(desk.services)), cookie_jar=DummyCookieJar()) as http,
    ):
        for name, role in (("alice", "admin"), ("sue", "supervisor")):
            person = Person(username=name, name=name.title(), role=role, password=PASSWORD)
            await add_person(desk.services.access, person)
        one = Office(desk, http, {"nobody": {}})
        for name in ("alice", "sue", "operator_john"):
            assert await one.signs_in(name)
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


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("role=operator", {"operator_john"}),
        ("role=admin&is_active=true", {"alice"}),
        ("is_active=false", {"sue"}),
        ("role=unheard_of", set()),
    ],
)
async def test_the_list_is_filtered_by_role_and_activity(
    office: Office, query: str, found: set[str]
) -> None:
    await office.ask("PUT", f"/users/{office.id_of('sue')}", {"is_active": False})
    _, body = await office.ask("GET", f"/users?{query}")

    assert {one["username"] for one in body["data"]} == found


@pytest.mark.parametrize("query", ["is_active=perhaps", "role=", "unheard_of=1"])
async def test_a_filter_that_is_none_is_refused(office: Office, query: str) -> None:
    status, body = await office.ask("GET", f"/users?{query}")

    assert (status, body["error"]["code"]) == (400, "VALIDATION_ERROR")


OPERATIONS: list[tuple[str, str, Any, str]] = [
    ("GET", "/users", None, "view_users"),
    ("GET", "/users/1", None, "view_users"),
    ("POST", "/users", {"username": "x"}, "manage_users"),
    ("PUT", "/users/1", {"name": "x"}, "manage_users"),
    ("POST", "/users/1/unlock", None, "manage_users"),
    ("GET", "/lockouts", None, "manage_users"),
    ("GET", "/roles", None, "view_users"),
    ("POST", "/roles", {"name": "x", "rights": []}, "manage_roles"),
    ("PUT", "/roles/operator", {"rights": []}, "manage_roles"),
]


@pytest.mark.parametrize(("method", "path", "body", "right"), OPERATIONS)
async def test_each_operation_needs_its_right(
    office: Office, method: str, path: str, body: Any, right: str
) -> None:
    without = [one for one in RIGHTS if one not in (right, "manage_roles", "view_users")]
    if right == "manage_roles":
        without.append("view_users")
    office.tokens["key"] = await office.desk.house.headers(*without)
    statuses = {
        who: (await office.ask(method, path, body, who))[0]
        for who in ("nobody", "operator_john", "key")
    }

    assert statuses == {"nobody": 401, "operator_john": 403, "key": 403}
    supervisors = (await office.ask(method, path, body, "sue"))[0]
    assert supervisors == (200 if right == "view_users" else 403)


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


async def test_two_last_administrators_can_not_both_step_down_at_once(office: Office) -> None:
    await office.ask("POST", "/users", {"username": "ada", "role": "admin", "password": PASSWORD})
    paths = [f"/users/{office.id_of(name)}" for name in ("alice", "ada")]
    done = await asyncio.gather(*(office.ask("PUT", p, {"role": "operator"}) for p in paths))

    assert sorted(status for status, _ in done) in ([200, 403], [200, 409])
    roles = [office.desk.services.access.known.names[name].role for name in ("alice", "ada")]
    assert sorted(roles) == ["admin", "operator"]


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


async def test_a_password_that_an_administrator_sets_ends_what_he_was_signed_in_with(
    office: Office,
) -> None:
    john = office.id_of("operator_john")
    assert (await office.ask("PUT", f"/users/{john}", {"password": NEW}))[0] == 200

    assert (await office.ask("GET", "/users/me", who="operator_john"))[0] == 401
    assert await office.signs_in("operator_john", NEW)
    assert [deed[2] for deed in await office.deeds("user.update")] == [{"fields": ["password"]}]


async def test_a_new_role_holds_at_once(office: Office) -> None:
    assert (await office.ask("GET", "/users", who="operator_john"))[0] == 403
    await office.ask("PUT", f"/users/{office.id_of('operator_john')}", {"role": "supervisor"})

    assert (await office.ask("GET", "/users", who="operator_john"))[0] == 200


async def helper(office: Office) -> None:
    """Holds the users' desk, and is no administrator: a role with less than theirs."""
    rights = ["view_users", "manage_users", "manage_roles", "create_case"]
    assert (await office.ask("POST", "/roles", {"name": "clerk", "rights": rights}))[0] == 201
    body = {"username": "clark", "role": "clerk", "password": PASSWORD}
    assert (await office.ask("POST", "/users", body))[0] == 201
    assert await office.signs_in("clark")


@pytest.mark.parametrize("role", ["admin", "supervisor", "operator"])
async def test_nobody_gives_a_role_that_can_more_than_he(office: Office, role: str) -> None:
    await helper(office)
    body = {"username": "eve", "role": role, "password": PASSWORD}
    status, said = await office.ask("POST", "/users", body, "clark")
    himself = f"/users/{office.id_of('clark')}"
    promoted, _ = await office.ask("PUT", himself, {"role": role}, "clark")

    assert (status, said["error"]["code"]) == (403, "FORBIDDEN")
    assert "view_calls" in said["error"]["details"]["rights"]
    assert promoted == 403
    assert "eve" not in office.desk.services.access.known.names
    assert (await office.ask("POST", "/users", {**body, "role": "clerk"}, "clark"))[0] == 201


@pytest.mark.parametrize(
    "change",
    [
        {"email": "clark@example.org"},
        {"phone": "+254722000111"},
        {"sign_in_addresses": ["clark@example.org"]},
        {"password": NEW},
        {"is_active": False},
        {"role": "clerk"},
        {"name": "Other"},
    ],
)
async def test_nobody_touches_who_can_more_than_he(office: Office, change: dict[str, Any]) -> None:
    """Else an address of his own would bring him the administrator's codes."""
    await helper(office)
    for victim in ("alice", "operator_john"):
        path = f"/users/{office.id_of(victim)}"
        assert (await office.ask("PUT", path, change, "clark"))[0] == 403
    assert (await office.ask("POST", f"/users/{office.id_of('alice')}/unlock", None, "clark"))[
        0
    ] == 403

    assert await office.signs_in("alice")


async def test_a_key_gives_no_more_than_it_has_itself(office: Office) -> None:
    rights = ("view_users", "manage_users", "manage_roles")
    office.tokens["key"] = await office.desk.house.headers(*rights, owner=office.id_of("alice"))
    body = {"username": "eve", "role": "admin"}

    assert (await office.ask("POST", "/users", body, "key"))[0] == 403
    assert (await office.ask("POST", "/roles", {"name": "x", "rights": ["all"]}, "key"))[0] == 403
    assert (await office.ask("POST", "/roles", {"name": "x", "rights": ["view_users"]}, "key"))[
        0
    ] == 201


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "operator"}])
async def test_the_last_administrator_can_be_neither_disabled_nor_demoted(
    office: Office, change: dict[str, Any]
) -> None:
    alice = f"/users/{office.id_of('alice')}"
    status, body = await office.ask("PUT", alice, change)

    assert (status, body["error"]["code"]) == (409, "CONFLICT")
    assert (await office.ask("GET", alice))[1]["data"]["role"] == "admin"
    body = {"username": "ada", "role": "admin", "password": PASSWORD}
    await office.ask("POST", "/users", body)
    assert (await office.ask("PUT", alice, change))[0] == 200


async def test_a_service_user_and_one_who_can_not_sign_in_are_no_administrators(
    office: Office,
) -> None:
    await office.desk.house.key("all")  # makes a service user of role admin
    await office.ask("POST", "/users", {"username": "ada", "role": "admin"})
    alice = f"/users/{office.id_of('alice')}"

    assert (await office.ask("PUT", alice, {"is_active": False}))[0] == 409


async def test_the_last_administrators_role_can_not_lose_what_makes_him_one(
    office: Office,
) -> None:
    status, _ = await office.ask("PUT", "/roles/admin", {"rights": ["view_users"]})

    assert status == 409
    assert (await office.ask("GET", "/roles"))[0] == 200


async def test_the_delivered_roles_are_listed_with_what_they_can(office: Office) -> None:
    _, body = await office.ask("GET", "/roles", who="sue")
    by_name = {one["name"]: one for one in body["data"]}

    assert list(by_name) == ["admin", "case_manager", "operator", "supervisor"]
    assert by_name["admin"]["rights"] == ["all"]
    assert by_name["admin"]["permissions"] == list(RIGHTS)
    assert "make_calls:own" in by_name["operator"]["permissions"]
    assert {name: one["users"] for name, one in by_name.items()} == {
        "admin": 1,
        "case_manager": 0,
        "operator": 1,
        "supervisor": 1,
    }


async def test_a_role_is_made_given_and_changed_and_the_trail_knows(office: Office) -> None:
    status, body = await office.ask(
        "POST", "/roles", {"name": "listener", "rights": ["view_calls", "control_calls:own"]}
    )
    made = body["data"]
    john = office.id_of("operator_john")
    await office.ask("PUT", f"/users/{john}", {"role": "listener"})
    _, me = await office.ask("GET", "/users/me", who="operator_john")
    await office.ask("PUT", "/roles/listener", {"rights": ["view_users"]})

    assert (status, made["built_in"], made["users"]) == (201, False, 0)
    assert made["permissions"] == ["view_calls", "control_calls:own"]
    assert me["data"]["permissions"] == ["view_calls", "control_calls"]
    assert (await office.ask("GET", "/users", who="operator_john"))[0] == 200
    assert await office.deeds("role.create") == [
        ("alice", "listener", {"added": ["control_calls:own", "view_calls"]})
    ]
    assert await office.deeds("role.update") == [
        (
            "alice",
            "listener",
            {"added": ["view_users"], "removed": ["control_calls:own", "view_calls"]},
        )
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/roles", {"name": "Upper", "rights": []}, 400),
        ("POST", "/roles", {"name": "x", "rights": ["fly"]}, 400),
        ("POST", "/roles", {"name": "x", "rights": ["view_users:own"]}, 400),
        ("POST", "/roles", {"name": "x", "rights": "all"}, 400),
        ("POST", "/roles", {"name": "operator", "rights": []}, 409),
        ("PUT", "/roles/unheard_of", {"rights": []}, 404),
        ("PUT", "/roles/operator", {"rights": ["fly"]}, 400),
        ("PUT", "/roles/operator", {"rights": None}, 400),
        ("PUT", "/roles/operator", {"name": "other", "rights": []}, 400),
    ],
)
async def test_a_wrong_role_is_refused(
    office: Office, method: str, path: str, body: Any, status: int
) -> None:
    _, before = await office.ask("GET", "/roles")

    assert (await office.ask(method, path, body))[0] == status
    assert (await office.ask("GET", "/roles"))[1] == before


async def test_nobody_gives_a_role_a_right_that_he_lacks_nor_takes_one(office: Office) -> None:
    await helper(office)
    more = {"rights": ["view_users", "manage_users", "manage_roles", "create_case", "export_data"]}
    assert (await office.ask("PUT", "/roles/clerk", more, "clark"))[0] == 403
    assert (await office.ask("PUT", "/roles/supervisor", {"rights": []}, "clark"))[0] == 403
    assert (await office.ask("PUT", "/roles/admin", {"rights": ["create_case"]}, "clark"))[0] == 403
    fewer = {"rights": ["view_users", "manage_users", "manage_roles"]}

    assert (await office.ask("PUT", "/roles/clerk", fewer, "clark"))[0] == 200


async def test_failures_by_password_are_seen_and_lifted(office: Office) -> None:
    for _ in range(5):
        await office.signs_in("operator_john", "a wrong one")
    _, body = await office.ask("GET", "/lockouts")
    john = office.id_of("operator_john")

    assert not await office.signs_in("operator_john")
    assert body["data"] == [
        {
            "user_id": john,
            "username": "operator_john",
            "way": "password",
            "ip": "127.0.0.1",
            "attempts": 5,
            "until": "2025-03-03T09:00:30Z",
        }
    ]
    status, said = await office.ask("POST", f"/users/{john}/unlock")
    assert (status, said["message"]) == (200, "User unlocked successfully")
    assert (await office.ask("GET", "/lockouts"))[1]["data"] == []
    assert await office.signs_in("operator_john")
    assert await office.deeds("user.unlock") == [("alice", str(john), {})]


async def test_failures_with_names_that_nobody_has_are_not_shown(office: Office) -> None:
    """Somebody may have typed his password there."""
    for _ in range(6):
        await office.signs_in("a password in the wrong field", "x")

    assert (await office.ask("GET", "/lockouts"))[1]["data"] == []


async def test_too_many_codes_asked_for_or_guessed_are_seen_and_lifted(office: Office) -> None:
    john = office.id_of("operator_john")
    guess = {"addr_addr": "john@helpline.org", "otp": "000000"}
    for _ in range(10):
        async with office.http.post(f"{PREFIX}/verifyOTP", json=guess) as answer:
            assert answer.status == 401
    for _ in range(5):
        await office.desk.otp.send("phone", "+254711000111", IP)
    _, body = await office.ask("GET", "/lockouts")

    assert [(one["way"], one["attempts"], one["until"]) for one in body["data"]] == [
        ("phone", 5, "2025-03-03T09:01:00Z"),
        ("email", 10, "2025-03-03T09:05:00Z"),
    ]
    assert {one["user_id"] for one in body["data"]} == {john}
    await office.ask("POST", f"/users/{john}/unlock")
    assert (await office.ask("GET", "/lockouts"))[1]["data"] == []
    async with office.http.post(f"{PREFIX}/verifyOTP", json=guess) as answer:
        assert answer.status == 401


async def test_what_the_command_line_lifts_is_lifted_in_the_running_daemon(
    office: Office, tmp_path: Path
) -> None:
    for _ in range(5):
        await office.signs_in("operator_john", "a wrong one")
    db = await Database.open(tmp_path / "mhud.db", KEY)
    command = await Access.open(db, office.desk.clock, settings_for(tmp_path))
    await unlock(command, office.id_of("operator_john"))
    command.passwords.close()
    await db.close()
    await office.desk.clock.advance(1)
    await office.desk.services.access.caught_up()

    assert await office.signs_in("operator_john")


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
