"""Login sessions: how long they last, and what ends them at once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mhud.config import IsolatedSettings, LoginSettings
from mhud.errors import Code, MhudError
from mhud.live.state import LiveState
from mhud.services import login_sessions
from mhud.services.access import Access
from mhud.services.logins import in_call
from mhud.services.people import Person, add_person, disable, enable, set_password
from mhud.services.rights import Principal
from mhud.services.trail import Sought, Trail
from mhud.store.database import Database
from mhud.store.logins import LoginRepository
from mhud.store.users import User
from tests.fake_clock import FakeClock
from tests.houses import PASSWORD

HOUR = 3600


class Desk:
    """The part of a daemon that knows who is signed in."""

    def __init__(self, access: Access, clock: FakeClock) -> None:
        self.access, self.clock = access, clock
        self.trail = Trail(access.db, clock)

    async def user(self, name: str = "jane", role: str = "operator") -> User:
        if name in self.access.known.names:
            return self.access.known.names[name]
        person = Person(username=name, name=name.title(), role=role, password=PASSWORD)
        return await add_person(self.access, person)

    async def sign_in(self, name: str = "jane", role: str = "operator", **more: str) -> str:
        user = await self.user(name, role)
        return await login_sessions.start(self.access, self.trail, user, "otp", **more)

    def asks(self, cookie: str) -> Principal | None:
        """Any other error than that he is not known is the test's to see."""
        try:
            return self.access.authenticate_cookie(cookie)
        except MhudError as error:
            if error.code is not Code.UNAUTHENTICATED:
                raise
            return None


@asynccontextmanager
async def a_desk(
    folder: Path, clock: FakeClock | None = None, **logins: float
) -> AsyncIterator[Desk]:
    settings = IsolatedSettings(data_dir=folder, logins=LoginSettings(**logins))
    db = await Database.open(folder / "mhud.sqlite3")
    hands = clock or FakeClock()
    access = await Access.open(db, hands, settings)
    try:
        yield Desk(access, hands)
    finally:
        await access.close()
        await db.close()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path) as built:
        yield built


async def test_who_has_the_cookie_is_the_user_and_has_his_rights(desk: Desk) -> None:
    who = desk.asks(await desk.sign_in())

    assert who is not None
    assert (who.username, who.kind, who.rate) == ("jane", "user", 600)
    assert who.has("create_case")
    assert who.login.startswith("login-")
    assert who.credential == f"login:{who.login}"


@pytest.mark.parametrize("guess", ["", "mhus_", "mhus_" + "A" * 43, "login-123456789abc", "é"])
async def test_what_is_no_cookie_of_ours_opens_nothing(desk: Desk, guess: str) -> None:
    await desk.sign_in()

    assert desk.asks(guess) is None


async def test_of_a_cookie_only_a_hash_is_stored(desk: Desk) -> None:
    cookie = await desk.sign_in()
    with sqlite3.connect(desk.access.db.path) as db:
        everything = "".join(db.iterdump())

    assert desk.asks(cookie) is not None
    assert "login-" in everything
    assert cookie not in everything
    assert cookie.removeprefix("mhus_").encode().hex() not in everything.lower()


async def test_it_ends_an_hour_after_the_last_request(desk: Desk) -> None:
    cookie = await desk.sign_in()
    for _ in range(3):
        await desk.clock.advance(HOUR - 1)
        assert desk.asks(cookie) is not None
    await desk.clock.advance(HOUR)

    assert desk.asks(cookie) is None
    assert desk.access.logins.all() == []


async def test_it_ends_after_a_day_however_busy_he_was(desk: Desk) -> None:
    cookie = await desk.sign_in()
    for _ in range(47):
        await desk.clock.advance(HOUR / 2)
        assert desk.asks(cookie) is not None
    await desk.clock.advance(HOUR / 2)

    assert desk.asks(cookie) is None


async def test_both_times_are_settings(tmp_path: Path) -> None:
    async with a_desk(tmp_path, hours=2, idle_minutes=5) as desk:
        idle, busy = await desk.sign_in(), await desk.sign_in()
        for _ in range(29):
            await desk.clock.advance(4 * 60)
            assert desk.asks(busy) is not None
        assert desk.asks(idle) is None
        await desk.clock.advance(4 * 60)
        assert desk.asks(busy) is None


async def test_nothing_ends_in_a_call_and_an_hour_begins_with_its_end(desk: Desk) -> None:
    cookie, other = await desk.sign_in(), await desk.sign_in("bob")
    talks = {(await desk.user()).id}
    desk.access.logins.busy = talks.__contains__
    for _ in range(5):
        await desk.clock.advance(HOUR / 2)
        desk.access.logins.look()
    talks.clear()
    await desk.clock.advance(HOUR - 1)

    assert desk.asks(cookie) is not None
    assert desk.asks(other) is None


async def test_a_day_that_ends_in_a_call_ends_the_session_after_it(desk: Desk) -> None:
    cookie = await desk.sign_in()
    talks = {(await desk.user()).id}
    desk.access.logins.busy = talks.__contains__
    await desk.clock.advance(25 * HOUR)
    assert desk.asks(cookie) is not None
    talks.clear()

    assert desk.asks(cookie) is None
    desk.access.logins.busy = lambda _: True
    await desk.access.reload()
    assert desk.asks(cookie) is None, "what is over stays over"


async def test_who_has_a_socket_open_is_not_idle(desk: Desk) -> None:
    cookie = await desk.sign_in()
    who = desk.asks(cookie)
    assert who is not None
    for _ in range(4):
        await desk.clock.advance(HOUR - 1)
        assert desk.access.current(who) == who
    assert desk.asks(cookie) is not None
    await desk.clock.advance(HOUR)
    assert desk.access.current(who) is None


async def test_he_may_end_his_own_and_no_other_is_touched(desk: Desk) -> None:
    first, second = await desk.sign_in(), await desk.sign_in()
    who = desk.asks(first)
    assert who is not None
    await login_sessions.end(desk.access, desk.trail, who, who.login)

    assert desk.asks(first) is None
    assert desk.asks(second) is not None
    assert desk.access.current(who) is None


async def test_anothers_is_not_there_for_him_but_for_who_manages_users(desk: Desk) -> None:
    cookie = await desk.sign_in()
    jane, bob = desk.asks(cookie), desk.asks(await desk.sign_in("bob"))
    admin = desk.asks(await desk.sign_in("ada", "admin"))
    assert jane is not None
    assert bob is not None
    assert admin is not None
    with pytest.raises(MhudError) as refused:
        await login_sessions.end(desk.access, desk.trail, bob, jane.login)
    assert refused.value.code is Code.NOT_FOUND
    assert desk.asks(cookie) is not None
    assert len(login_sessions.visible_to(desk.access, bob)) == 1
    assert len(login_sessions.visible_to(desk.access, admin)) == 3
    await login_sessions.end(desk.access, desk.trail, admin, jane.login)

    assert desk.asks(cookie) is None


async def test_a_new_password_ends_them_all(desk: Desk) -> None:
    cookies = [await desk.sign_in() for _ in range(2)]
    bob = await desk.sign_in("bob")
    await set_password(desk.access, "jane", PASSWORD + " by night")

    assert [desk.asks(one) for one in cookies] == [None, None]
    assert desk.asks(bob) is not None


async def test_disabling_ends_them_for_good(desk: Desk) -> None:
    cookie = await desk.sign_in()
    await disable(desk.access, "jane")
    assert desk.asks(cookie) is None
    await enable(desk.access, "jane")

    assert desk.asks(cookie) is None


async def test_who_was_disabled_in_mid_sign_in_gets_no_session(desk: Desk) -> None:
    user = await desk.user()
    await disable(desk.access, "jane")
    with pytest.raises(MhudError) as refused:
        await login_sessions.start(desk.access, desk.trail, user, "otp")

    assert refused.value.code is Code.UNAUTHENTICATED
    assert desk.access.logins.all() == []


async def test_what_the_command_line_ends_is_ended_here_too(desk: Desk, tmp_path: Path) -> None:
    cookie = await desk.sign_in()
    async with a_desk(tmp_path, desk.clock) as command:
        await disable(command.access, "jane")
    assert await desk.access.caught_up()

    assert desk.asks(cookie) is None


async def test_rights_that_a_role_loses_are_lost_at_once(desk: Desk) -> None:
    cookie = await desk.sign_in()
    assert desk.asks(cookie) is not None
    with sqlite3.connect(desk.access.db.path) as db:
        db.execute("UPDATE roles SET rights = '[]' WHERE name = 'operator'")
    await desk.access.reload()
    who = desk.asks(cookie)

    assert who is not None
    assert not who.rights


async def test_sessions_survive_a_restart_with_when_they_were_last_seen(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_desk(tmp_path, clock) as desk:
        busy, idle = await desk.sign_in(ip="192.0.2.7", user_agent="A browser\x00\n"), ""
        idle = await desk.sign_in("bob")
        await clock.advance(HOUR - 60)
        assert desk.asks(busy) is not None
    await clock.advance(120)
    async with a_desk(tmp_path, clock) as desk:
        assert desk.asks(busy) is not None
        assert desk.asks(idle) is None
        (one,) = desk.access.logins.all()
        assert (one.login.ip, one.login.user_agent) == ("192.0.2.7", "A browser")
    await clock.advance(HOUR)
    async with a_desk(tmp_path, clock) as desk:
        desk.access.logins.busy = lambda _: True
        assert desk.asks(idle) is None, "the end by the clock was written too"


async def test_old_ones_are_forgotten(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_desk(tmp_path, clock) as desk:
        await desk.sign_in()
        await clock.advance(32 * 24 * HOUR)
    with sqlite3.connect(tmp_path / "mhud.sqlite3") as db:
        assert db.execute("SELECT count(*) FROM login_sessions").fetchone() == (0,)


async def test_beginning_and_end_are_in_the_audit_trail_and_in_last_login(desk: Desk) -> None:
    who = desk.asks(await desk.sign_in(ip="192.0.2.7"))
    assert who is not None
    await desk.clock.advance(60)
    await login_sessions.end(desk.access, desk.trail, who, who.login)
    deeds = (await desk.trail.page(Sought(), 10, None)).deeds

    assert [(deed.action, deed.credential) for deed in deeds] == [
        ("login.end", f"login:{who.login}"),
        ("login.start", f"user:{who.user_id}"),
    ]
    assert deeds[1].ip == "192.0.2.7"
    user = await login_sessions.user_of(desk.access, who)
    assert user.last_login == deeds[1].at


async def test_a_session_that_begins_while_access_is_read_again_is_kept(desk: Desk) -> None:
    await desk.user()
    async with asyncio.TaskGroup() as tasks:
        starts = [tasks.create_task(desk.sign_in()) for _ in range(5)]
        for _ in range(5):
            tasks.create_task(desk.access.reload())

    assert all(desk.asks(one.result()) is not None for one in starts)


async def test_while_the_disk_refuses_what_was_seen_is_kept_for_later(desk: Desk) -> None:
    cookie = await desk.sign_in()
    await desk.clock.advance(60)
    assert desk.asks(cookie) is not None
    with suppress(RuntimeError):
        async with desk.access.db.write() as tx:
            await desk.access.logins.write(tx)
            raise RuntimeError("the disk is full")
    async with desk.access.db.write() as tx:
        written = await desk.access.logins.write(tx)
    written()
    with sqlite3.connect(desk.access.db.path) as db:
        (seen,) = db.execute("SELECT last_seen_at FROM login_sessions").fetchone()
    assert seen.startswith(desk.clock.now().strftime("%Y-%m-%d %H:%M:%S"))


async def test_an_end_that_is_asked_for_twice_at_once_is_told_once(desk: Desk) -> None:
    who = desk.asks(await desk.sign_in())
    assert who is not None
    ends = (login_sessions.end(desk.access, desk.trail, who, who.login) for _ in range(2))
    await asyncio.gather(*ends)
    deeds = (await desk.trail.page(Sought(action="login.end"), 10, None)).deeds

    assert len(deeds) == 1


async def test_a_login_outlives_a_daemon_that_was_killed(desk: Desk, tmp_path: Path) -> None:
    cookie = await desk.sign_in()
    async with a_desk(tmp_path, desk.clock) as after:
        assert after.asks(cookie) is not None


async def test_what_is_seen_while_it_is_written_is_written_next_time(desk: Desk) -> None:
    cookie = await desk.sign_in()
    desk.asks(cookie)
    async with desk.access.db.write() as tx:
        written = await desk.access.logins.write(tx)
        await desk.clock.advance(60)
        desk.asks(cookie)
    written()
    async with desk.access.db.write() as tx:
        (await desk.access.logins.write(tx))()
        (row,) = await LoginRepository(tx).open()

    assert row.last_seen_at == desk.clock.now()


def test_who_has_no_phone_is_in_no_call() -> None:
    live = LiveState(ZoneInfo("UTC"))
    at = datetime(2025, 3, 3, tzinfo=UTC)
    clerk = User(id=1, username="clerk", name="A clerk", role="admin", created_at=at)

    assert not in_call(live, None)
    assert not in_call(live, clerk)
    assert not in_call(live, replace(clerk, agent_id="agent009"))
