"""A wire between mhud and Asterisk that tests may cut, or fill with silence."""

from __future__ import annotations

import asyncio

from mhud.clock import SystemClock

CLOCK = SystemClock()


class Proxy:
    """Passes TCP through to `target` on loopback, as long as it is let."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.flows_since = CLOCK.now()  # on the newest connection
        self._server: asyncio.Server
        self._flowing = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._flowing.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Both sides see the end of the connection, and nobody can connect."""
        self._server.close()
        for writer in self._writers:
            writer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def stall(self) -> None:
        """Both sides keep their connection, and hear nothing more on it or on a new one."""
        self._flowing.clear()

    def flow(self) -> None:
        self.flows_since = CLOCK.now()
        self._flowing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        self.flows_since = CLOCK.now()
        self._writers |= {writer, back}
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._pass(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while True:
                piece = await source.read(65_536)
                await self._flowing.wait()
                if not piece:
                    break
                sink.write(piece)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()
            self._writers.discard(sink)
