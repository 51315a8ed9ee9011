"""What somebody else does to the PBX by AMI: a plain client, and no part of mhud."""

from __future__ import annotations

import asyncio
import itertools

from tests.asterisk.api import WAIT_S
from tests.asterisk.pbx_process import SECRET

Message = dict[str, str]


def parse(block: bytes) -> Message:
    """The first value of each header."""
    message: Message = {}
    for line in block.decode("utf-8", "replace").split("\r\n"):
        key, _, value = line.partition(":")
        message.setdefault(key, value.strip())
    return message


class Administrator:
    """Sends actions, and hears the events of all classes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: list[Message] = []
        self._ids = itertools.count(1)
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter

    async def open(self) -> None:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._task = asyncio.create_task(self._listen(reader))
        await self.act("Login", Username="test", Secret=SECRET)

    async def close(self) -> None:
        self._writer.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def act(self, action: str, **fields: str) -> Message:
        """The answer. Raises AssertionError when Asterisk refuses, TimeoutError when it is mute."""
        mine = f"test-{next(self._ids)}"
        rows = {"Action": action, "ActionID": mine, **fields}
        text = "".join(f"{key}: {value}\r\n" for key, value in rows.items())
        self._writer.write(f"{text}\r\n".encode())
        reply = await self.hears(ActionID=mine)
        assert reply.get("Response") == "Success", reply
        return reply

    async def hears(self, timeout_s: float = WAIT_S, **fields: str) -> Message:
        """The first message so far, or to come, with these fields."""
        async with asyncio.timeout(timeout_s):
            while True:
                for message in self.heard:
                    if all(message.get(key) == value for key, value in fields.items()):
                        return message
                self._changed.clear()
                await self._changed.wait()

    async def channel(self, endpoint: str, timeout_s: float = WAIT_S) -> str:
        """The name of the newest channel of that endpoint."""
        async with asyncio.timeout(timeout_s):
            while True:
                for message in reversed(self.heard):
                    name = message.get("Channel", "")
                    if message.get("Event") == "Newchannel" and name.startswith(endpoint + "-"):
                        return name
                self._changed.clear()
                await self._changed.wait()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        await reader.readline()
        while True:
            try:
                block = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            self.heard.append(parse(block))
            self._changed.set()
