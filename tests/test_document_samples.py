"""The MHU document's sample programs, word for word, against a running demo."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import printed
from tests.running_demo import running_demo

NODE = Path(__file__).parent / "documents" / "node"
ANSWER_S = 60
ACTIVE = printed.example("Get Active Calls")["calls"][0]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the ready-file of a demo says, ten times as busy as a busy hour."""
    with running_demo(tmp_path_factory.mktemp("demo"), "--speed", "10") as ready:
        yield ready


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with its packages installed, by the lock file."""
    folder = tmp_path_factory.mktemp("node") / "samples"
    shutil.copytree(NODE, folder)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=120)
    return folder


def filled_in(sample: str, demo: dict[str, Any]) -> str:
    """Nothing is changed but the address and the key."""
    addresses = {"https://api.your-server-ip": "base_url", "wss://api.your-server-ip/ws": "ws_url"}
    for placeholder, name in addresses.items():
        sample = sample.replace(placeholder, demo[name])
    assert "your_api_key_here" in sample
    return sample.replace("your_api_key_here", demo["api_key"])


async def run(folder: Path, *command: str) -> Any:
    """The JSON that it prints."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(ANSWER_S):
        output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return json.loads(output)


async def test_the_printed_axios_sample_reads_calls_and_sets_a_status(
    demo: dict[str, Any], node: Path
) -> None:
    sample = filled_in(printed.code("javascript", "JavaScript/Node.js"), demo)
    functions = "\nmodule.exports = { getActiveCalls, updateAgentStatus };\n"
    (node / "sample.js").write_text(sample + functions)
    seen = await run(node, "node", "http.js")
    assert printed.differences([ACTIVE], seen["calls"], None) == []
    answer = printed.example("Update Agent Status")
    assert printed.differences(answer, seen["changed"]) == []
    assert seen["changed"]["current_status"] == answer["current_status"]
    assert (seen["refused"]["status"], seen["refused"]["data"]["code"]) == (
        404,
        "resource_not_found",
    )


async def test_the_printed_websocket_snippet_hears_calls_and_agents(
    demo: dict[str, Any], node: Path
) -> None:
    snippet = printed.code("javascript", "Connecting to the WebSocket")
    (node / "snippet.js").write_text(filled_in(snippet, demo))
    seen = await run(node, "node", "events.js")
    for name, heading in (("call", "Call Object"), ("agent", "Agent Object")):
        shown = printed.example("Data Models", heading)
        assert printed.differences(shown, seen[name], None) == []


async def test_the_printed_requests_sample_reads_the_queues(
    demo: dict[str, Any], tmp_path: Path
) -> None:
    sample = filled_in(printed.code("python", "Python"), demo)
    asked = "\nimport json\nprint(json.dumps(get_queue_stats()))\n"
    (tmp_path / "sample.py").write_text(sample + asked)
    queues = await run(tmp_path, sys.executable, "sample.py")
    assert {queue["id"] for queue in queues} == {"crisis", "support"}
    assert (
        printed.differences(printed.example("Get Queue Statistics")["queues"], queues, None) == []
    )


async def test_the_printed_requests_sample_begins_a_clients_session(
    demo: dict[str, Any], tmp_path: Path
) -> None:
    """With the ids that the document prints; of a client and a call nobody knows, it says so."""
    sample = filled_in(printed.code("python", "Python"), demo)
    asked: dict[str, Any] = {
        "notes": "Client called about anxiety issues",
        "session_type": "support",
    }
    asked |= {"priority": "medium", "tags": ["anxiety", "first-time-caller"]}
    call = f"create_client_session('client001', 'agent001', 'call789012', {asked!r})"
    nobody = "create_client_session('client-none', 'agent001', 'call789012', {})"
    (tmp_path / "sample.py").write_text(
        f"{sample}\nimport contextlib, io, json\nmade = {call}\n"
        f"with contextlib.redirect_stdout(io.StringIO()) as said:\n    none = {nobody}\n"
        "print(json.dumps({'made': made, 'none': none, 'said': said.getvalue()}))\n"
    )
    seen = await run(tmp_path, sys.executable, "sample.py")
    answer = printed.example("Create Client Session")
    assert printed.differences(answer, seen["made"]) == []
    assert seen["made"]["client_id"] == answer["client_id"]
    assert seen["none"] is None
    assert "Error creating client session: 404" in seen["said"]
