"""Failures to sign in are seen by an administrator, and lifted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mhud.services.access import Access
from mhud.services.lockouts import unlock
from mhud.store.database import Database
from tests.houses import settings_for
from tests.office import PREFIX, Office, office_in
from tests.sealed_store import KEY
from tests.sign_in_desk import IP


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_in(tmp_path) as one:
        yield one


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
