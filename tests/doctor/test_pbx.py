"""What the doctor says of an Asterisk, on the fake one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mhud.clock import SystemClock
from mhud.doctor.check import State
from mhud.doctor.examine import examine
from mhud.sim import FakeAsterisk
from mhud.sim.site import Site
from tests.clinic import GOOD_SECRET, Found, fix, found, red, settings

Writer = asyncio.StreamWriter


class FastClock(SystemClock):
    """That of a PBX whose clock is ahead."""

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=40)


@asynccontextmanager
async def running(site: Site, clock: SystemClock | None = None) -> AsyncIterator[int]:
    """The AMI port of a fake Asterisk."""
    fake = FakeAsterisk(
        clock=clock or SystemClock(), username="mhud", secret=GOOD_SECRET, site=site
    )
    await fake.start()
    yield fake.port
    await fake.stop()


@asynccontextmanager
async def listening(greeting: bytes) -> AsyncIterator[int]:
    """The port of a server that says this, and no more."""

    guests: list[Writer] = []

    async def greet(_reader: asyncio.StreamReader, writer: Writer) -> None:
        guests.append(writer)
        writer.write(greeting)

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in guests:
        writer.close()


async def seen_at(folder: Path, site: Site | None = None, **more: Any) -> Found:
    async with running(site or Site()) as port:
        return await found(settings(folder, port, **more), folder / "etc")


async def test_a_good_pbx_has_nothing_wrong(tmp_path: Path) -> None:
    seen = await seen_at(tmp_path)
    assert red(seen) == set()
    assert seen["ami.read.call"].state is State.OK
    assert seen["dialplan.outbound"].state is State.OK


async def test_nobody_listens(tmp_path: Path) -> None:
    async with listening(b"") as port:
        pass
    seen = await found(settings(tmp_path, port), tmp_path)
    assert red(seen) == {"ami.connection"}
    assert f"port = {port}" in fix(seen, "ami.connection")


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.2\r\n"])
async def test_what_listens_is_no_asterisk(tmp_path: Path, greeting: bytes) -> None:
    async with listening(greeting) as port:
        chosen = settings(tmp_path, port, ami={"connect_timeout_s": 0.3})
        seen = await found(chosen, tmp_path)
    assert red(seen) == {"ami.connection"}
    assert "MHUD_AMI__PORT" in fix(seen, "ami.connection")


async def test_a_name_that_is_no_address(tmp_path: Path) -> None:
    seen = await found(settings(tmp_path, 5038, ami={"host": "a..b"}), tmp_path)
    assert red(seen) == {"ami.connection"}


async def test_a_refused_secret(tmp_path: Path) -> None:
    seen = await seen_at(tmp_path, secret="another-0123456789abcdef")
    assert red(seen) == {"ami.login"}
    assert "MHUD_AMI__SECRET" in fix(seen, "ami.login")
    assert "another-0123456789abcdef" not in str(seen)


@pytest.mark.parametrize("right", sorted(Site().writes))
async def test_a_missing_right_is_named_with_its_line(tmp_path: Path, right: str) -> None:
    seen = await seen_at(tmp_path, Site(writes=Site().writes - {right}))
    assert f"ami.write.{right}" in red(seen)
    line = "under [mhud]: write = call,agent,originate,reporting;"
    assert line in fix(seen, f"ami.write.{right}")
    assert {each for each in red(seen) if each.startswith("ami.write")} == {f"ami.write.{right}"}


@pytest.mark.parametrize("right", ["system", "call"])
async def test_a_class_of_events_that_does_not_come(tmp_path: Path, right: str) -> None:
    seen = await seen_at(tmp_path, Site(reads=Site().reads - {right}))
    assert red(seen) == {f"ami.read.{right}"}
    assert "read = system,call,agent,user" in fix(seen, f"ami.read.{right}")


async def test_what_no_event_can_show_is_unknown_and_not_red(tmp_path: Path) -> None:
    seen = await seen_at(tmp_path)
    unseen = {name for name, check in seen.items() if check.state is State.UNKNOWN}
    assert {"ami.read.agent", "ami.read.user", "ami.filter", "ami.channelvars"} <= unseen


async def test_too_many_rights_are_a_warning(tmp_path: Path) -> None:
    seen = await seen_at(tmp_path, Site(writes=Site().writes | {"system", "command", "user"}))
    assert seen["ami.excess"].state is State.WARNING
    assert all(each in seen["ami.excess"].text for each in ("system (", "command (", "user ("))


async def test_a_context_that_is_not_there(tmp_path: Path) -> None:
    seen = await seen_at(tmp_path, originate={"context": "nowhere"})
    assert red(seen) == {"dialplan.outbound"}
    assert "[nowhere]" in fix(seen, "dialplan.outbound")


async def test_a_clock_that_is_ahead(tmp_path: Path) -> None:
    async with running(Site(), FastClock()) as port:
        seen = await found(settings(tmp_path, port), tmp_path)
    assert red(seen) == {"asterisk.clock"}
    assert "40 s" in seen["asterisk.clock"].text


async def test_another_time_zone_than_asterisks(tmp_path: Path) -> None:
    seen = await seen_at(tmp_path, timezone="Asia/Kolkata")
    assert seen["settings.timezone"].state is State.WARNING


async def test_queues_without_members(tmp_path: Path) -> None:
    seen = await seen_at(tmp_path)
    assert seen["queues.members"].state is State.WARNING
    assert "crisis, support" in seen["queues.members"].text


# ---- the include


def nothing(path: Path) -> None:
    path.parent.mkdir()


def differing(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("[support](+)\nstrategy = fewestcalls\n")


def for_nobody(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("[gone](+)\nmaxlen = 1\n")


def a_folder(path: Path) -> None:
    path.mkdir(parents=True)


def no_folder(path: Path) -> None:
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("arrange", "name"),
    [
        (no_folder, "queues.include"),
        (nothing, "queues.include"),
        (a_folder, "queues.include"),
        (differing, "queues.include_used"),
        (for_nobody, "queues.include_used"),
    ],
)
async def test_an_include_that_does_not_work(
    tmp_path: Path, arrange: Callable[[Path], None], name: str
) -> None:
    path = tmp_path / "mhud" / "queues.conf"
    arrange(path)
    seen = await seen_at(tmp_path, asterisk={"queue_include": path})
    assert red(seen) == {name}
    assert str(path.parent) in fix(seen, name)


async def test_an_include_that_asterisk_obeys(tmp_path: Path) -> None:
    path = tmp_path / "queues.conf"
    path.write_text("[crisis](+)\nstrategy = ringall\n")
    seen = await seen_at(tmp_path, asterisk={"queue_include": path})
    assert seen["queues.include_used"].state is State.OK


async def test_a_pbx_that_goes_away_meanwhile_is_no_crash(tmp_path: Path) -> None:
    async def banner_and_login(reader: asyncio.StreamReader, writer: Writer) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        asked = await reader.readuntil(b"\r\n\r\n")
        mine = next(line for line in asked.splitlines() if line.startswith(b"ActionID"))
        writer.write(b"Response: Success\r\n" + mine + b"\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(banner_and_login, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    seen = await found(settings(tmp_path, port), tmp_path)
    server.close()
    assert "ami.read.system" in red(seen)


# ---- Asterisk's files


async def files_seen(folder: Path, lines: str, hidden: bool = False) -> Found:
    """A fake Asterisk beside a manager.conf with these lines about mhud."""
    etc = folder / "etc"
    etc.mkdir()
    more = "#include hidden.conf\n" if hidden else ""
    if hidden:
        (etc / "hidden.conf").mkdir()
    async with running(Site()) as port:
        (etc / "manager.conf").write_text(f"[general]\nport = {port}\n{more}[mhud]\n{lines}")
        return await found(settings(folder, port), etc)


async def test_what_only_files_show_is_read_there(tmp_path: Path) -> None:
    seen = await files_seen(tmp_path, "read = system,call,user\neventfilter = !Event: Hold\n")
    assert red(seen) == {"ami.read.agent", "ami.filter"}
    assert "Hold" in seen["ami.filter"].text


async def test_the_files_of_another_asterisk_say_nothing(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "manager.conf").write_text("[general]\nport = 1\n[mhud]\nread = call\n")
    seen = await seen_at(tmp_path)
    assert red(seen) == set()
    assert seen["ami.read.agent"].state is State.UNKNOWN


async def test_files_that_can_be_read_in_part_say_nothing(tmp_path: Path) -> None:
    seen = await files_seen(tmp_path, "read = call\n", hidden=True)
    assert red(seen) == set()
    assert seen["ami.read.agent"].state is State.UNKNOWN


async def test_an_asterisk_that_hangs_is_said_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    async with listening(b"Asterisk Call Manager/11.0.0\r\n") as port:
        chosen = settings(tmp_path, port, ami={"connect_timeout_s": 30.0})
        lines = await examine(chosen, SystemClock(), tmp_path, look_s=0.5)
    seen = {one.name: one for one in lines}
    assert seen["asterisk.answers"].state is State.WRONG
    assert "look again" in fix(seen, "asterisk.answers")
    assert "data.folder" in seen
