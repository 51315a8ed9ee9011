"""A TCP server that says what the test tells it to: an Asterisk with any fault one likes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Fields = dict[str, str]
Answer = Callable[[Fields], str | None]

BANNER = "Asterisk Call Manager/11.0.0\r\n"
BOOTED = "Event: FullyBooted\r\nUptime: 15\r\nStatus: Fully Booted\r\n\r\n"


def message(*headers: str) -> str:
    return "".join(f"{header}\r\n" for header in headers) + "\r\n"


def response(fields: Fields, *headers: str, word: str = "Success") -> str:
    return message(f"Response: {word}", f"ActionID: {fields['ActionID']}", *headers)


def success(fields: Fields) -> str:
    return response(fields)


def refusal(text: str) -> Answer:
    return lambda fields: response(fields, f"Message: {text}", word="Error")


def rows(*items: tuple[str, ...]) -> Callable[[Fields], str]:
    """A list: each item the headers of one event."""

    def answer(fields: Fields) -> str:
        ident = f"ActionID: {fields['ActionID']}"
        events = [message(item[0], ident, *item[1:]) for item in items]
        end = message(f"Event: {fields['Action']}Complete", ident, "EventList: Complete")
        return response(fields, "EventList: start") + "".join(events) + end

    return answer


def core_status(fields: Fields) -> str:
    return response(fields, "CoreStartupDate: 2025-03-03", "CoreStartupTime: 11:59:45")


def silence(_: Fields) -> None:
    return None


class Peer:
    """One client, as the server sees it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.asked: list[Fields] = []
        self.raw = b""
        self.gone = False

    def say(self, text: str | bytes) -> None:
        self.writer.write(text.encode() if isinstance(text, str) else text)

    def hang_up(self) -> None:
        self.writer.close()

    def count(self, action: str) -> int:
        return sum(fields["Action"] == action for fields in self.asked)


class ScriptedAmi:
    """Answers as `answers` says: action's name to a function; unknown actions get nothing."""

    def __init__(self) -> None:
        self.port = 0
        self.greeting = BANNER
        self.after_login = BOOTED
        self.peers: list[Peer] = []
        self.answers: dict[str, Answer] = {
            "Login": lambda fields: success(fields) + self.after_login,
            "CoreShowChannels": rows(),
            "QueueStatus": rows(),
            "DeviceStateList": rows(),
            "CoreStatus": core_status,
            "Ping": success,
            "Logoff": lambda fields: response(fields, word="Goodbye"),
        }

    @property
    def peer(self) -> Peer:
        """The newest connection."""
        return self.peers[-1]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(writer)
        self.peers.append(peer)
        peer.say(self.greeting)
        buffer = b""
        try:
            while chunk := await reader.read(65_536):
                peer.raw += chunk
                *complete, buffer = (buffer + chunk).split(b"\r\n\r\n")
                for text in complete:
                    self._hear(peer, text.decode())
        except ConnectionError:
            pass
        finally:
            peer.gone = True
            writer.close()

    def _hear(self, peer: Peer, text: str) -> None:
        lines = [line.partition(": ") for line in text.split("\r\n")]
        fields = {name: content for name, _, content in lines}
        peer.asked.append(fields)
        answer = self.answers.get(fields["Action"], silence)(fields)
        if answer is not None:
            peer.say(answer)


@asynccontextmanager
async def scripted_ami() -> AsyncIterator[ScriptedAmi]:
    asterisk = ScriptedAmi()
    server = await asyncio.start_server(asterisk.serve, "127.0.0.1", 0)
    asterisk.port = server.sockets[0].getsockname()[1]
    try:
        yield asterisk
    finally:
        server.close()
        for peer in asterisk.peers:
            peer.writer.close()
        await server.wait_closed()
