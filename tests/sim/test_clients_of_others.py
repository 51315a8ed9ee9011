"""AMI clients that nobody here wrote get on with the fake."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asterisk.manager import Event, Manager

from mhud.clock import SystemClock
from mhud.sim import FakeAsterisk
from mhud.sim.site import Site

NODE = Path(__file__).parent / "node"
LIFE_OF_A_CALL = ["Newchannel", "Newstate", "BridgeEnter", "BridgeLeave", "Hangup"]
PATIENCE_S = 10


def in_order(wanted: list[str], told: list[str]) -> bool:
    """Do these come in this order, whatever stands between?"""
    rest = iter(told)
    return all(name in rest for name in wanted)


class Pyst2:
    """Blocks, so it lives in a thread. `names` are the events that it heard."""

    def __init__(self) -> None:
        self.manager = Manager()
        self.names: list[str] = []
        self.talking = threading.Event()
        self.over = threading.Event()
        self.manager.register_event("*", self.hear)

    def hear(self, event: Event, _: Manager) -> None:
        if event.name != "QueueSummary" and event.get_header("Linkedid") != "pyst2-1":
            return
        self.names.append(event.name)
        if event.name == "BridgeEnter":
            self.talking.set()
        if event.name == "Hangup" and event.get_header("Uniqueid") == "pyst2-1":
            self.over.set()

    def use(self, port: int) -> list[str]:
        """Logs in, lists, originates, hangs up; what it was answered."""
        self.manager.connect("127.0.0.1", port)
        try:
            return list(self._conversation())
        finally:
            self.manager.close()

    def _conversation(self) -> Iterator[str]:
        order = {
            "Action": "Originate",
            "Channel": "PJSIP/agent001",
            "Context": "outbound",
            "Exten": "5550001",
            "Priority": "1",
            "Async": "true",
            "ChannelId": "pyst2-1",
        }
        yield self.manager.login("mhud", "secret").get_header("Message")
        yield self.manager.send_action({"Action": "QueueSummary"}).get_header("Message")
        yield self.manager.send_action(order).get_header("Message")
        assert self.talking.wait(PATIENCE_S)
        yield self.manager.ping().get_header("Ping")
        yield self.manager.hangup("pyst2-1").get_header("Message")
        assert self.over.wait(PATIENCE_S)


# pyst2 uses names of the threading module that are older than its time
@pytest.mark.filterwarnings("ignore::DeprecationWarning:asterisk.manager")
async def test_pyst2_logs_in_lists_originates_and_hears() -> None:
    # pyst2 stumbles over ChanVariable headers (`dict.has_key`), also those of a real Asterisk
    site = Site(channelvars=())
    pbx = FakeAsterisk(clock=SystemClock(), username="mhud", secret="secret", site=site)
    await pbx.start()
    pyst2 = Pyst2()
    names = pyst2.names
    try:
        answers = await asyncio.to_thread(pyst2.use, pbx.port)
    finally:
        await pbx.stop()
        del pyst2
        gc.collect()  # its __del__ warns too
    assert answers == [
        "Authentication accepted",
        "Queue summary will follow",
        "Originate successfully queued",
        "Pong",
        "Channel Hungup",
    ]
    assert names[:2] == ["QueueSummary", "QueueSummary"]
    assert in_order(LIFE_OF_A_CALL, names)


@pytest.fixture(scope="module")
def node_clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with its packages installed, by the lock file."""
    folder = tmp_path_factory.mktemp("node") / "clients"
    shutil.copytree(NODE, folder)
    return folder


async def run(folder: Path, *command: str, **environment: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(120):
        output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return output.decode()


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("script", ["manager", "client"])
async def test_npm_clients_log_in_list_originate_and_hear(
    script: str, node_clients: Path, live_pbx: FakeAsterisk
) -> None:
    live_pbx.agent_logs_in("agent002", "support")
    await run(node_clients, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    output = await run(
        node_clients,
        "node",
        f"{script}.js",
        AMI_PORT=str(live_pbx.port),
        AMI_USERNAME="mhud",
        AMI_SECRET="secret",
    )
    seen: dict[str, Any] = json.loads(output)
    assert seen["members"] == ["PJSIP/agent002"]
    assert seen["originate"] == "Originate successfully queued"
    assert in_order(LIFE_OF_A_CALL, seen["events"])
