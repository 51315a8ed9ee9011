"""`mhud doctor` and a real Asterisk, broken in one place at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from mhud.ami.probe import PATIENCE_S
from mhud.doctor import network
from mhud.doctor.check import State
from tests.asterisk import ports
from tests.asterisk.administrator import Administrator
from tests.asterisk.pbx_process import CONFIGURATION, SECRET, PbxProcess
from tests.clinic import Found, fix, found, red, settings

MANAGER = "manager reload"
DIALPLAN = "dialplan reload"
QUEUES = "queue reload parameters"
FEATURES = "module reload features"
OURS = "extensions.d/mhud.conf"
GLOBALS = "extensions.d/globals-test.conf"
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
    Fault("ami.login", "MHUD_AMI__SECRET", "manager.d/mhud.secret.conf", SECRET, "another"),
    Fault("ami.connection", "enabled = yes", "manager.conf", "enabled = yes", "enabled = no"),
    Fault("dialplan.outbound", "[outbound]", "extensions.conf", "[outbound]", "[way-out]",
          DIALPLAN),
    Fault("dialplan.plus", "_+X.", "extensions.conf", "_[+0-9]X.", "_X.", DIALPLAN, State.WARNING),
    Fault("dialplan.queue_exit", "UserEvent(QueueExit", OURS, "UserEvent(QueueExit",
          "NoOp(", DIALPLAN, State.WARNING),
    Fault("dialplan.transfer", OURS, OURS, "[transfer-agent]", "[away]", DIALPLAN, State.WARNING),
    Fault("dialplan.transfer", OURS, OURS, "[queues]", "[away]", DIALPLAN, State.WARNING),
    Fault("dialplan.supervise", OURS, OURS, "exten => whisper", "exten => away", DIALPLAN,
          State.WARNING),
    Fault("asterisk.atxfer", "atxfer = *2", "features.conf", "atxfer = *2", "", FEATURES,
          State.WARNING),
    Fault("asterisk.hold_feature", "mhu-hold = *#8,peer", "features.conf", "*#8", "*#9", FEATURES,
          State.WARNING),
    Fault("phones.trunk", "[nowhere]", "extensions.d/globals-mhud.conf", "OUTBOUND_TRUNK = trunk",
          "OUTBOUND_TRUNK = nowhere", DIALPLAN),
    Fault("dialplan.transfer_fallback", "TRANSFER_FALLBACK = ", GLOBALS,
          "TRANSFER_FALLBACK = tback", "TRANSFER_FALLBACK = nosuch", DIALPLAN),
    Fault("dialplan.overflow", "OVERFLOW_tover = queues,", GLOBALS,
          "OVERFLOW_tover = queues,tlast,1", "OVERFLOW_tover = queues,nosuch,1", DIALPLAN),
    Fault("dialplan.overflow", "OVERFLOW_+4930777 = queues,", GLOBALS,
          "+4930777 = callback,s,1", "+4930777 = callback,x,1", DIALPLAN),
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
    chosen = settings(tmp_path, pbx.ports.ami, secret, **more)
    return await found(chosen, pbx.folder / "etc", PATIENCE_S)


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
        seen = await found(settings(tmp_path, ward.ports.ami, SECRET), tmp_path, PATIENCE_S)
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


@pytest.mark.parametrize("module", ["func_dialplan.so", "app_senddtmf.so"])
async def test_a_module_that_call_control_lacks_is_named(
    ward: PbxProcess, tmp_path: Path, module: str
) -> None:
    await ward.cli(f"module unload {module}")
    seen = await seen_at(ward, tmp_path)
    await ward.cli(f"module load {module}")
    assert f"load = {module}" in fix(seen, f"asterisk.{module.removesuffix('.so')}")
    assert red(seen) == set()


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
