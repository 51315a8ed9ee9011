"""Settings that change under a running daemon."""

from __future__ import annotations

import asyncio
import functools
import json
import signal
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mhud.clock import SystemClock
from mhud.config import Settings
from mhud.config_reference import markdown
from mhud.reload import LIVE, Reload, changed, merged
from mhud.web.app import reconfigure
from tests.call_centre import CallCentre, call_centre
from tests.certificates import Authority
from tests.control_room import control_room
from tests.houses import settings_for
from tests.served import Serve

pytestmark = pytest.mark.timeout(60)
ORIGIN = "https://wallboard.example.org"


async def until(holds: Callable[[], Any]) -> Any:
    """What it says as soon as it is true."""
    while not (found := holds()):
        await SystemClock().sleep(0.02)
    return found


# ---- a daemon of its own, and real signals


class Daemon:
    """`mhud serve` on a settings file that the test writes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.file = folder / "mhud.toml"
        self.file.write_text("")
        self.serve = Serve(folder, 1, MHUD_CONFIG=str(self.file), **settings)
        self.process: asyncio.subprocess.Process

    def lines(self, event: str) -> list[dict[str, Any]]:
        lines = map(json.loads, self.serve.log.read_text().splitlines())
        return [line for line in lines if line["event"] == event]

    async def hangup(self, event: str) -> dict[str, Any]:
        """The line that a SIGHUP brings."""
        known = len(self.lines(event))
        self.process.send_signal(signal.SIGHUP)
        await until(lambda: len(self.lines(event)) > known)
        return self.lines(event)[-1]

    async def fetch(
        self, path: str, context: ssl.SSLContext | None = None, **headers: str
    ) -> aiohttp.ClientResponse:
        async with (
            aiohttp.ClientSession() as session,
            session.get(self.serve.base + path, headers=headers, ssl=context or True) as answer,
        ):
            await answer.read()
            return answer

    async def metric(self, name: str) -> str:
        text = await (await self.fetch("/metrics")).text()
        return next(line.split()[1] for line in text.splitlines() if line.startswith(name + " "))


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[Daemon]:
    daemon = Daemon(folder, **settings)
    daemon.process = await daemon.serve.start()
    try:
        yield daemon
    finally:
        daemon.process.terminate()
        await daemon.process.wait()


async def test_a_signal_brings_new_settings_and_says_which_wait_for_a_restart(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as daemon:
        before = await daemon.fetch("/health/live", Origin=ORIGIN)
        daemon.file.write_text(
            f'log.level = "warning"\nhttp.cors_origins = ["{ORIGIN}"]\nhttp.max_body_bytes = 5\n'
        )
        said = await daemon.hangup("settings_reloaded")
        after = await daemon.fetch("/health/live", Origin=ORIGIN)

        assert said["changed"] == ["http.cors_origins", "log.level"]
        assert said["need_restart"] == ["http.max_body_bytes"]
        assert "Access-Control-Allow-Origin" not in before.headers
        assert after.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert await daemon.metric("mhud_config_settings_awaiting_restart") == "1.0"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("log.level = ", "Invalid value (at line 1, column 13)"),
        ('log.level = "loud"', "log.level: Input should be"),
        ('ami.secrt = "s3cret"', "ami.secrt: Extra inputs are not permitted"),
        ('http.trusted_proxies = ["proxy"]', "does not appear to be an IPv4 or IPv6 network"),
    ],
)
async def test_a_wrong_file_changes_nothing_and_is_said(
    tmp_path: Path, wrong: str, said: str
) -> None:
    good = f'http.cors_origins = ["{ORIGIN}"]\n'
    async with running(tmp_path) as daemon:
        daemon.file.write_text(good + wrong + "\n" if wrong[0] != "l" else wrong + "\n" + good)
        refused = await daemon.hangup("settings_not_reloaded")
        assert said in refused["problem"]
        assert "s3cret" not in daemon.serve.log.read_text()
        answer = await daemon.fetch("/health/live", Origin=ORIGIN)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert await daemon.metric("mhud_config_last_reload_successful") == "0.0"

        daemon.file.write_text(good)
        await daemon.hangup("settings_reloaded")
        assert await daemon.metric("mhud_config_last_reload_successful") == "1.0"


async def test_systemd_is_told_when_a_reload_begins_and_ends(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        systemd.setblocking(False)
        loop = asyncio.get_running_loop()
        async with running(tmp_path, NOTIFY_SOCKET=address) as daemon:
            assert await loop.sock_recv(systemd, 100) == b"READY=1"
            await daemon.hangup("settings_reloaded")
            first, _, second = (await loop.sock_recv(systemd, 100)).decode().partition("\n")
            assert first == "RELOADING=1"
            assert second.startswith("MONOTONIC_USEC=")
            assert await loop.sock_recv(systemd, 100) == b"READY=1"


async def test_https_is_served_and_a_renewed_certificate_taken_at_a_signal(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.issue(datetime(2031, 5, 6, tzinfo=UTC))
    files = {
        "MHUD_HTTP__TLS_CERTIFICATE": str(authority.certificate),
        "MHUD_HTTP__TLS_KEY": str(authority.key),
    }
    async with running(tmp_path, **files) as daemon:
        assert daemon.serve.base.startswith("https://")
        trusted = authority.trusted()
        assert (await daemon.fetch("/health/live", trusted)).status == 200
        authority.issue(datetime(2032, 5, 6, tzinfo=UTC))
        taken = await daemon.hangup("certificate_taken")
        assert taken["expires_at"] == "2032-05-06T00:00:00+00:00"
        shown = await (await daemon.fetch("/metrics", trusted)).text()
        ends = datetime(2032, 5, 6, tzinfo=UTC).timestamp()
        name = "mhud_tls_certificate_expiry_timestamp_seconds "
        line = next(line for line in shown.splitlines() if line.startswith(name))
        assert float(line.split()[1]) == ends

        authority.key.write_text("broken")
        refused = await daemon.hangup("certificate_not_taken")
        assert "no PEM file" in refused["problem"]
        assert (
            "mhud_tls_last_reload_successful 0.0"
            in await (await daemon.fetch("/metrics", trusted)).text()
        )


async def test_a_broken_certificate_at_the_start_is_a_plain_error(tmp_path: Path) -> None:
    files = {"MHUD_HTTP__TLS_CERTIFICATE": "/gone.pem", "MHUD_HTTP__TLS_KEY": "/gone.key"}
    process = await Serve(tmp_path, 1, **files).mhud("serve")
    _, said = await process.communicate()
    assert process.returncode == 1
    assert said.decode() == "mhud: can't read /gone.pem: No such file or directory\n"


# ---- what takes effect


@asynccontextmanager
async def reloaded(folder: Path, before: Any, after: Any) -> AsyncIterator[CallCentre]:
    """A call centre whose settings have just changed."""
    async with call_centre(folder, **before) as centre:
        await take(centre, folder, **after)
        yield centre


async def take(centre: CallCentre, folder: Path, **after: Any) -> None:
    """These are its settings from now on."""
    start = centre.services.settings
    read = settings_for(folder, ami=start.ami, asterisk=start.asterisk, **after)
    app = centre.http.server.app  # type: ignore[attr-defined]  # a TestServer has one
    edge = functools.partial(reconfigure, app)
    await Reload(centre.services, edge, lambda: read).once(lambda: read)
    await centre.pass_time(1)


async def test_numbers_that_may_be_called_change(tmp_path: Path) -> None:
    after = {"originate": {"allowed": ["^9[0-9]+$"]}}
    async with reloaded(tmp_path, {}, after) as centre:
        body = {"agent_id": "agent001", "destination": "+254700123456"}
        status, answer = await centre.ask("POST", "/calls/outbound", body)
        assert status == 400
        assert "may be called" in str(answer)


async def test_they_change_for_transfers_too(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await room.caller_talks()
        await take(room.centre, tmp_path, originate={"allowed": ["^9[0-9]+$"]})
        body = {"type": "blind", "target": {"number": "+254700123456"}}
        status, answer = await room.ask("POST", f"/calls/{room.call_id}/transfer", body)
        assert status == 400
        assert "may be called" in str(answer)


async def test_how_long_a_phone_rings_changes_for_supervisors_too(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await room.caller_talks()
        await take(room.centre, tmp_path, originate={"agent_ring_s": 7})
        body = {"mode": "listen", "agent_id": "agent009"}
        await room.ask("POST", f"/calls/{room.call_id}/monitor", body)
        (call,) = [one for one in room.heard if one.get("Action") == "Originate"]
        assert call.get("Timeout") == "7000"


async def test_reasons_for_a_break_change(tmp_path: Path) -> None:
    async with reloaded(tmp_path, {}, {"reason_codes": {"prayer": 15}}) as centre:
        centre.pbx.agent_logs_in("agent001", "support")
        await centre.agent_is("available")
        path, body = "/agents/agent001/status", {"status": "on-break", "reason_code": "prayer"}
        status, answer = await centre.ask("PUT", path, body)
        assert status == 200, answer


async def test_a_queues_settings_change_and_what_is_taken_out_is_cleared_in_asterisk(
    tmp_path: Path,
) -> None:
    hours = {"monday": {"start": "09:00", "end": "17:00"}}
    before: dict[str, Any] = {
        "queues": {"support": {"operating_hours": hours, "max_wait_time": 60}}
    }
    after = {"queues": {"support": {"name": "Support", "service_level_seconds": 7}}}
    async with call_centre(tmp_path, **before) as centre:
        variables = centre.pbx.pbx.variables
        await until(lambda: variables.get("MHUD_HOURS_support"))
        assert variables["MHUD_MAX_WAIT_support"] == "60"
    async with reloaded(tmp_path, before, after) as centre:
        variables = centre.pbx.pbx.variables
        await centre.until(lambda live: live.queues["support"].profile.name == "Support")
        await until(lambda: not variables.get("MHUD_HOURS_support"))
        queue = centre.live.queues["support"]
        assert queue.service_level_s == 7
        assert queue.profile.operating_hours is None
        assert queue.profile.timeout_s is None
        await until(lambda: not variables.get("MHUD_MAX_WAIT_support"))


async def test_proxies_change(tmp_path: Path) -> None:
    after = {"http": {"trusted_proxies": ["127.0.0.1/32"]}}
    far = {"X-Forwarded-For": "127.0.0.1"}
    async with reloaded(tmp_path, {}, after) as centre:
        assert (await centre.http.get("/metrics", headers=far)).status == 401
        assert centre.services.vitals.settings_good


# ---- the list


def test_only_what_may_change_does(tmp_path: Path) -> None:
    start = settings_for(tmp_path)
    read = settings_for(
        tmp_path,
        ami={"port": 7},
        queues={"support": {"max_waiting": 3}},
        log={"level": "error", "format": "json"},
    )
    after = merged(start, read)
    assert list(changed(start, after)) == ["queues", "log.level"]
    assert list(changed(after, read)) == ["ami.port", "ami.connect_timeout_s", "log.format"]


def test_each_name_on_the_list_is_a_setting_and_is_documented_as_such() -> None:
    reload = [line.split("`")[1] for line in markdown().splitlines() if "| reload |" in line]
    for name in LIVE:
        assert [one for one in reload if one == name or one.startswith(name + ".")], name
    assert "ami.secret" not in reload


def test_one_file_of_tls_alone_is_an_error() -> None:
    with pytest.raises(ValueError, match="belong together"):
        Settings.model_validate({"http": {"tls_key": "/k.pem"}})
