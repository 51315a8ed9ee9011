"""`mhud doctor` and a real Asterisk: broken in one place at a time, and one of a stranger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from mhud.doctor import network
from mhud.doctor.check import State
from tests.asterisk import ports
from tests.asterisk.administrator import Administrator
from tests.asterisk.api import Api
from tests.asterisk.daemon import Daemon
from tests.asterisk.pbx_process import CONFIGURATION, SECRET, PbxProcess
from tests.clinic import GOOD_SECRET, Found, fix, found, red, settings

HERE = Path(__file__).parent
MANAGER = "manager reload"
DIALPLAN = "dialplan reload"
QUEUES = "queue reload parameters"
FILTER = "eventfilter(action({}),name({})) ="
WRITE = "write = call,agent,originate,reporting"
READ = "read = system,call,agent,user"


@dataclass(frozen=True)
class Fault:
    """`old` becomes `new` in `file`; what the doctor calls it, and what his fix must say."""

    name: str
    says: str
    file: str
    old: str
    new: str
    reload: str = MANAGER
    state: State = State.WRONG


def of_mhud(name: str, old: str, new: str, state: State = State.WRONG, says: str = "") -> Fault:
    return Fault(name, says or old, "manager.d/mhud.conf", old, new, state=state)


FAULTS = (
    of_mhud("ami.read.system", READ, "read = call,agent,user"),
    of_mhud("ami.read.agent", READ, "read = system,call,user"),
    of_mhud("ami.read.user", READ, "read = system,call,agent"),
    of_mhud("ami.write.call", WRITE, "write = agent,originate,reporting"),
    of_mhud("ami.write.agent", WRITE, "write = call,originate,reporting"),
    of_mhud("ami.write.originate", WRITE, "write = call,agent,reporting"),
    of_mhud("ami.write.reporting", WRITE, "write = call,agent,originate"),
    of_mhud("ami.excess", WRITE, "write = all", State.WARNING),
    of_mhud("ami.filter", FILTER.format("include", "Hangup"), ""),
    of_mhud("ami.filter", FILTER.format("include", "FullyBooted"), ""),
    of_mhud(
        "ami.filter",
        FILTER.format("include", "Shutdown"),
        FILTER.format("exclude", "Hold"),
    ),
    of_mhud("ami.timestamps", "timestampevents = yes", "timestampevents = no", State.WARNING),
    of_mhud("ami.channelvars", "channelvars = ivr_path,MHU_TAGS", "", State.WARNING),
    of_mhud("ami.login", "permit = 127.0.0.1/255.255.255.255", "permit = 192.0.2.77"),
    Fault("ami.login", "MHUD_AMI__SECRET", "manager.d/test.conf", f"[mhud](+)\nsecret = {SECRET}",
          "[mhud](+)\nsecret = another"),
    Fault("ami.connection", "enabled = yes", "manager.conf", "enabled = yes", "enabled = no"),
    Fault("dialplan.outbound", "[outbound]", "extensions.conf", "[outbound]", "[way-out]",
          DIALPLAN),
    Fault("dialplan.plus", "_+X.", "extensions.conf", "_[+0-9]X.", "_X.", DIALPLAN, State.WARNING),
    Fault("dialplan.queue_exit", "UserEvent(QueueExit", "extensions.d/mhud.conf",
          "UserEvent(QueueExit", "NoOp(", DIALPLAN, State.WARNING),
    Fault("queues.include_used", "#tryinclude", "queues.conf", '#tryinclude "mhud/queues.conf"',
          "", QUEUES),
    Fault("queues.include_used", "take `strategy` out", "queues.conf", "[support](helpline)",
          "[support](helpline)\nstrategy = random", QUEUES),
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ward(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PbxProcess]:
    """A PBX whose files may be broken."""
    async with started(tmp_path_factory.mktemp("ward"), CONFIGURATION) as process:
        yield process


@asynccontextmanager
async def started(folder: Path, configuration: tuple[Path, ...]) -> AsyncIterator[PbxProcess]:
    with ports.block() as block:
        process = PbxProcess(folder, block, configuration)
        await process.start()
        yield process
        await process.stop()


@contextmanager
def edited(path: Path, old: str, new: str) -> Iterator[None]:
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new))
    yield
    path.write_text(before)


async def seen_at(pbx: PbxProcess, tmp_path: Path, secret: str = SECRET, **more: Any) -> Found:
    more.setdefault("asterisk", {"queue_include": pbx.queue_include})
    return await found(settings(tmp_path, pbx.ports.ami, secret, **more), pbx.folder / "etc")


async def test_our_own_configuration_is_healthy_and_nothing_happens_in_it(
    ward: PbxProcess, tmp_path: Path
) -> None:
    admin = Administrator(ward.ports.ami)
    await admin.open()
    seen = await seen_at(ward, tmp_path)
    await admin.act("Ping")
    await admin.close()
    assert red(seen) == set()
    unseen = [name for name, check in seen.items() if check.state is State.UNKNOWN]
    assert unseen == []
    happened = {message["Event"] for message in admin.heard if "Event" in message}
    assert happened == {"FullyBooted", "OriginateResponse"}
    assert "0 active channels" in await ward.cli("core show channels count")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.name}: {fault.new[:30]}")
async def test_a_fault_is_named_and_its_fix_mends_it(
    ward: PbxProcess, tmp_path: Path, fault: Fault
) -> None:
    with edited(ward.folder / "etc" / fault.file, fault.old, fault.new):
        await ward.cli(fault.reload)
        broken = await seen_at(ward, tmp_path)
    await ward.cli(fault.reload)
    assert broken[fault.name].state is fault.state, broken
    assert fault.says in fix(broken, fault.name)
    assert red(await seen_at(ward, tmp_path)) == set()


async def test_an_unseen_class_of_events_is_noticed_without_any_file(
    ward: PbxProcess, tmp_path: Path
) -> None:
    with edited(ward.folder / "etc/manager.d/mhud.conf", READ, "read = system,agent,user"):
        await ward.cli(MANAGER)
        seen = await found(settings(tmp_path, ward.ports.ami, SECRET), tmp_path)
    await ward.cli(MANAGER)
    assert red(seen) == {"ami.read.call"}


async def test_an_ami_that_is_open_to_the_network_is_red(ward: PbxProcess, tmp_path: Path) -> None:
    with edited(ward.folder / "etc/manager.conf", "bindaddr = 127.0.0.1", "bindaddr = 0.0.0.0"):
        await ward.cli(MANAGER)
        seen = await seen_at(ward, tmp_path)
    await ward.cli(MANAGER)
    others = [each for each in network.own_addresses() if "." in each]
    assert red(seen) == ({"ami.network"} if others else set())
    assert red(await seen_at(ward, tmp_path)) == set()


async def test_a_module_that_is_not_loaded_is_named(ward: PbxProcess, tmp_path: Path) -> None:
    module = "res_manager_devicestate.so"
    await ward.cli(f"module unload {module}")
    seen = await seen_at(ward, tmp_path)
    await ward.cli(f"module load {module}")
    assert red(seen) == {"asterisk.res_manager_devicestate"}
    assert f"load = {module}" in fix(seen, "asterisk.res_manager_devicestate")


async def test_phones_without_rtp_timeout_are_named(ward: PbxProcess, tmp_path: Path) -> None:
    seen = await seen_at(ward, tmp_path)
    assert seen["phones.rtp_timeout"].state is State.WARNING
    assert (
        "agent080" in seen["phones.rtp_timeout"].text or "more" in seen["phones.rtp_timeout"].text
    )


async def test_an_asterisk_that_is_frozen_is_red(ward: PbxProcess, tmp_path: Path) -> None:
    ward.freeze()
    try:
        seen = await seen_at(ward, tmp_path, ami={"connect_timeout_s": 0.3})
    finally:
        ward.thaw()
    assert red(seen) == {"ami.connection"}


# ---- a stranger's PBX, mended by what the doctor says and by nothing else


class Hand:
    """Whoever mends: changes a file, and has it read."""

    def __init__(self, pbx: PbxProcess, tmp_path: Path) -> None:
        self.pbx = pbx
        self.tmp_path = tmp_path
        self.settings: dict[str, Any] = {"secret": "", "asterisk": {}}

    async def seen(self) -> Found:
        return await seen_at(self.pbx, self.tmp_path, **self.settings)

    async def change(self, file: str, edit: Callable[[str], str], command: str) -> None:
        path = self.pbx.folder / "etc" / file
        path.write_text(edit(path.read_text()))
        await self.pbx.cli(command)


def after(mark: str, more: str) -> Callable[[str], str]:
    return lambda text: text.replace(mark, f"{mark}\n{more}", 1)


async def test_a_strangers_pbx_comes_from_the_first_red_line_to_live_calls(tmp_path: Path) -> None:
    stranger = (*CONFIGURATION, HERE / "stranger")
    async with started(tmp_path / "pbx", stranger) as pbx:
        hand = Hand(pbx, tmp_path)
        await mend_the_way_in(hand)
        await mend_rights(hand)
        await mend_the_rest(hand)
        await watch_a_call(pbx, tmp_path / "mhud", hand)


async def mend_the_way_in(hand: Hand) -> None:
    seen = await hand.seen()
    assert {"ami.login", "settings.secret"} <= red(seen)
    assert "a section [mhud] with a secret" in fix(seen, "ami.login")
    hand.settings["secret"] = GOOD_SECRET
    user = f"[mhud]\nsecret = {GOOD_SECRET}\n"
    await hand.change("manager.conf", lambda text: f"{text}\n{user}", MANAGER)
    closed = "bindaddr = 127.0.0.1"
    await hand.change("manager.conf", lambda t: t.replace("bindaddr = 0.0.0.0", closed), MANAGER)


async def mend_rights(hand: Hand) -> None:
    seen = await hand.seen()
    needed = {f"ami.write.{right}" for right in ("call", "agent", "originate", "reporting")}
    heard = {f"ami.read.{right}" for right in ("system", "call", "agent", "user")}
    assert needed | heard <= red(seen)
    assert {WRITE in fix(seen, name) for name in needed} == {True}
    assert {READ in fix(seen, name) for name in heard} == {True}
    await hand.change("manager.conf", lambda text: f"{text}{READ}\n{WRITE}\n", MANAGER)


async def mend_the_rest(hand: Hand) -> None:
    seen = await hand.seen()
    assert red(seen) == {"dialplan.outbound", "asterisk.res_manager_devicestate"}
    await hand.pbx.cli("module load res_manager_devicestate.so")
    hand.settings["originate"] = {"context": "way-out", "plus": "00"}
    told = "timestampevents = yes\nchannelvars = ivr_path,MHU_TAGS"
    await hand.change("manager.conf", after("enabled = yes", told), MANAGER)
    leaving = " same => n,UserEvent(QueueExit,Queue: help,Status: ${QUEUESTATUS})"
    await hand.change("extensions.conf", after(" same => n,Queue(help,t)", leaving), DIALPLAN)
    await hand.pbx.cli("module load func_pjsip_endpoint.so")
    await hand.change("pjsip.conf", after("context = house", "rtp_timeout = 30"),
                      "module reload res_pjsip.so")  # fmt: skip
    await mend_the_include(hand)
    seen = await hand.seen()
    assert {name for name, check in seen.items() if check.state is not State.OK} == set()


async def mend_the_include(hand: Hand) -> None:
    path = hand.pbx.queue_include
    path.unlink()
    hand.settings["asterisk"] = {"queue_include": path}
    assert f"-m 0640 /dev/null {path}" in fix(await hand.seen(), "queues.include")
    path.touch(0o640)
    assert "at the end of queues.conf" in fix(await hand.seen(), "queues.include_used")
    await hand.change("queues.conf", lambda text: f'{text}\n#tryinclude "{path}"\n', QUEUES)


async def watch_a_call(pbx: PbxProcess, folder: Path, hand: Hand) -> None:
    more = {
        "MHUD_AMI__SECRET": GOOD_SECRET,
        "MHUD_ORIGINATE__CONTEXT": hand.settings["originate"]["context"],
    }
    daemon = Daemon(folder, pbx, pbx.ports.ami, more)
    await daemon.start()
    api = Api(daemon.base_url, daemon.key)
    await api.open()
    watcher = api.watcher()
    await watcher.open()
    try:
        await pbx.cli("module load res_clioriginate.so")
        await pbx.cli("module load app_echo.so")
        await pbx.cli("channel originate Local/600@incoming/n application Echo")
        queued = await watcher.sees("call.queued", call={"queue_id": "help"})
        assert queued["call"]["status"] == "queued"
        said = await doctor_beside(daemon, pbx)
        assert "A daemon runs on this directory" in said
    finally:
        await watcher.close()
        await api.close()
        await daemon.stop()


async def doctor_beside(daemon: Daemon, pbx: PbxProcess) -> str:
    """`mhud doctor` while the daemon runs."""
    arguments = ("doctor", "--asterisk-conf", str(pbx.folder / "etc"))
    async with asyncio.timeout(20):
        return await daemon.command(*arguments)
