"""Who may do what to whom: roles, what nobody gives or touches, and that one remains."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mhud.services.rights import RIGHTS
from tests.houses import PASSWORD
from tests.office import NEW, Office, clerk, office_in


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_in(tmp_path) as one:
        yield one


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


async def test_two_last_administrators_can_not_both_step_down_at_once(office: Office) -> None:
    await office.ask("POST", "/users", {"username": "ada", "role": "admin", "password": PASSWORD})
    paths = [f"/users/{office.id_of(name)}" for name in ("alice", "ada")]
    done = await asyncio.gather(*(office.ask("PUT", p, {"role": "operator"}) for p in paths))

    assert sorted(status for status, _ in done) in ([200, 403], [200, 409])
    roles = [office.desk.services.access.known.names[name].role for name in ("alice", "ada")]
    assert sorted(roles) == ["admin", "operator"]


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


@pytest.mark.parametrize("role", ["admin", "supervisor", "operator"])
async def test_nobody_gives_a_role_that_can_more_than_he(office: Office, role: str) -> None:
    await clerk(office)
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
    await clerk(office)
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
    await clerk(office)
    more = {"rights": ["view_users", "manage_users", "manage_roles", "create_case", "export_data"]}
    assert (await office.ask("PUT", "/roles/clerk", more, "clark"))[0] == 403
    assert (await office.ask("PUT", "/roles/supervisor", {"rights": []}, "clark"))[0] == 403
    assert (await office.ask("PUT", "/roles/admin", {"rights": ["create_case"]}, "clark"))[0] == 403
    fewer = {"rights": ["view_users", "manage_users", "manage_roles"]}

    assert (await office.ask("PUT", "/roles/clerk", fewer, "clark"))[0] == 200


async def test_nobody_takes_from_a_role_that_can_more_what_he_has_too(office: Office) -> None:
    """Else the clerk would soon be the only one who can manage roles."""
    await clerk(office)
    rights = [right for right in RIGHTS if right != "manage_roles"]
    status, said = await office.ask("PUT", "/roles/admin", {"rights": rights}, "clark")

    assert (status, said["error"]["code"]) == (403, "FORBIDDEN")
    assert (await office.ask("PUT", "/roles/clerk", {"rights": rights}))[0] == 200


@pytest.mark.parametrize("user_id", [0, -1, 10_000, 2**53, 2**63 - 1, 2**63, 10**40])
async def test_a_number_that_is_nobodys_is_not_found(office: Office, user_id: int) -> None:
    asked = [("GET", "", None), ("PUT", "", {"name": "X"}), ("POST", "/unlock", None)]
    for method, part, body in asked:
        assert (await office.ask(method, f"/users/{user_id}{part}", body))[0] == 404
