"""A stranger's PBX, mended by what `mhud doctor` says and by nothing else, up to live calls."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from mhud.doctor.check import State
from tests.asterisk.api import Api, Watcher
from tests.asterisk.daemon import Daemon
from tests.asterisk.parties import TRUNK_HOST, Parties
from tests.asterisk.pbx_process import CONFIGURATION, PbxProcess
from tests.asterisk.test_doctor import (
    DIALPLAN,
    FEATURES,
    MANAGER,
    QUEUES,
    READ,
    WRITE,
    seen_at,
    started,
)
from tests.clinic import GOOD_SECRET, Found, fix, red

HERE = Path(__file__).parent


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
        await watch_calls(pbx, tmp_path / "mhud", hand)


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
    await mend_the_trunk(hand)
    await mend_call_control(hand)
    await mend_the_include(hand)
    seen = await hand.seen()
    assert {name for name, check in seen.items() if check.state is not State.OK} == set()


async def mend_the_trunk(hand: Hand) -> None:
    seen = await hand.seen()
    assert red(seen) == {"phones.trunk"}
    lines = fix(seen, "phones.trunk").split("\n", 1)[1].rpartition("then ")[0]
    own = {"from-trunk": "incoming", "192.0.2.1": TRUNK_HOST,
           "sip.example.com": f"{TRUNK_HOST}:{hand.pbx.ports.trunk}"}  # fmt: skip
    for theirs, ours in own.items():
        lines = lines.replace(theirs, ours)
    await hand.change("pjsip.conf", lambda text: text + lines, "module reload res_pjsip.so")
    await hand.pbx.cli("module reload res_pjsip_endpoint_identifier_ip.so")


async def mend_call_control(hand: Hand) -> None:
    for module in ("func_dialplan.so", "app_senddtmf.so"):
        name = f"asterisk.{module.removesuffix('.so')}"
        assert f"module load {module}" in fix(await hand.seen(), name)
        await hand.pbx.cli(f"module load {module}")
    seen = await hand.seen()
    line = '#include "extensions.d/mhud.conf"'
    assert line in fix(seen, "dialplan.transfer")
    assert line in fix(seen, "dialplan.supervise")
    defaults = '#include "extensions.d/globals-mhud.conf"'
    start = f"[globals]\n{defaults}\n"
    await hand.change("extensions.conf", lambda text: f"{start}{text}\n{line}\n", DIALPLAN)
    told = fix(await hand.seen(), "dialplan.transfer_fallback")  # his queue is not called support
    queue = told.rpartition(": ")[2].partition("; then")[0]
    await hand.change("extensions.conf", after(defaults, queue), DIALPLAN)
    for name, section in (("atxfer", "[featuremap]"), ("hold_feature", "[applicationmap]")):
        told = fix(seen, f"asterisk.{name}")
        assert section in told
        added = told.partition(": ")[2].rpartition("; then")[0]
        await hand.change("features.conf", after(section, added), FEATURES)


async def mend_the_include(hand: Hand) -> None:
    path = hand.pbx.queue_include
    path.unlink()
    hand.settings["asterisk"] = {"queue_include": path}
    assert f"-m 0640 /dev/null {path}" in fix(await hand.seen(), "queues.include")
    path.touch(0o640)
    assert "at the end of queues.conf" in fix(await hand.seen(), "queues.include_used")
    await hand.change("queues.conf", lambda text: f'{text}\n#tryinclude "{path}"\n', QUEUES)


async def watch_calls(pbx: PbxProcess, folder: Path, hand: Hand) -> None:
    """A caller is answered by an agent, and the agent calls somebody by API."""
    more = {
        "MHUD_AMI__SECRET": GOOD_SECRET,
        "MHUD_ORIGINATE__CONTEXT": hand.settings["originate"]["context"],
        "MHUD_ORIGINATE__PLUS": hand.settings["originate"]["plus"],
    }
    daemon = Daemon(folder, pbx, pbx.ports.ami, more)
    await daemon.start()
    async with AsyncExitStack() as leaving:
        leaving.push_async_callback(daemon.stop)
        api = Api(daemon.base_url, daemon.key)
        parties = Parties(folder / "sip", pbx.ports)
        for part in (api, parties, watcher := api.watcher()):
            await part.open()
            leaving.push_async_callback(part.close)
        await parties.phone_of("101")
        await watch_an_inbound_call(api, watcher, parties)
        await watch_an_outbound_call(api, watcher, parties)
        assert "A daemon runs on this directory" in await doctor_beside(daemon, pbx)


async def watch_an_inbound_call(api: Api, watcher: Watcher, parties: Parties) -> None:
    caller = await parties.call("600")
    talking = await watcher.sees("call.connected", call={"queue_id": "help", "agent_id": "101"})
    shown = await api.active(lambda one: one["id"] == talking["call"]["id"])
    assert [one["status"] for one in shown] == ["in-progress"]
    await caller.hang_up()
    await watcher.sees("agent.status_changed", previous_status="wrap-up")


async def watch_an_outbound_call(api: Api, watcher: Watcher, parties: Parties) -> None:
    await parties.outside()
    asked = await api.originate("101", "+254700123456")
    assert asked.status == 202, asked.body
    await watcher.sees("call.connected", call={"id": asked.body["call_id"]})
    assert (await api.end(asked.body["call_id"])).status == 200
    await watcher.sees("call.ended", call={"id": asked.body["call_id"]})


async def doctor_beside(daemon: Daemon, pbx: PbxProcess) -> str:
    """`mhud doctor` while the daemon runs."""
    arguments = ("doctor", "--asterisk-conf", str(pbx.folder / "etc"))
    return await daemon.command(*arguments)
