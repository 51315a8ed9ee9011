"""The verifier that the API document prints says true on what mhud sends, in rotations too."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from mhud.services.rights import COMMAND_LINE
from tests.feed_things import over, started
from tests.webhook_office import SECRET, Office, office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
DOCUMENT = Path(__file__).parent / "documents" / "mhu-api.md"
SERVER = """
const secrets = process.argv.slice(2);
const server = require("http").createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces);
    const say = (header) => secrets.map((secret) =>
      header ? verifyWebhook(body, header, secret) : null);
    console.log(JSON.stringify({
      now: say(request.headers["x-mhu-signature"]),
      next: say(request.headers["x-mhu-signature-next"]),
      forged: say("sha256=" + "0".repeat(64)),
    }));
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
"""


def printed() -> str:
    """The function as the document has it, with what it requires."""
    blocks = re.findall(r"```javascript\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (found,) = [block for block in blocks if "function verifyWebhook" in block]
    return str(found)


@asynccontextmanager
async def node(folder: Path, *secrets: str) -> AsyncIterator[tuple[str, Any]]:
    """The address of a receiver, and what reads its next line."""
    program = folder / "receiver.cjs"
    program.write_text(printed() + SERVER)
    process = await asyncio.create_subprocess_exec(
        "node", str(program), *secrets, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None

    async def line() -> Any:
        assert process.stdout is not None
        return json.loads(await process.stdout.readline())

    try:
        yield f"http://127.0.0.1:{await line()}/", line
    finally:
        process.kill()
        await process.communicate()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path, timeout_s=60) as one:
        yield one


async def test_the_printed_verifier_says_true(desk: Office, tmp_path: Path) -> None:
    other = "another one, which is as long"
    async with node(tmp_path, SECRET, other) as (url, line):
        webhook = (await desk.register(url, include_details=True)).webhook
        await desk.happens(started())
        before = await line()
        await desk.services.webhooks.rotate(COMMAND_LINE, webhook.id, other)
        await desk.happens(over())
        rotating = await line()
        await desk.services.webhooks.end_rotation(COMMAND_LINE, webhook.id)
        await desk.happens(started("call-2"))
        after = await line()

    assert (before["now"], before["next"]) == ([True, False], [None, None])
    assert (rotating["now"], rotating["next"]) == ([True, False], [False, True])
    assert (after["now"], after["next"]) == ([False, True], [None, None])
    assert before["forged"] == [False, False]
