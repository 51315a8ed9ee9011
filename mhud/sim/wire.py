"""AMI text as Asterisk reads and writes it: lines in, messages out, no sockets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Header = tuple[str, str]
Headers = list[Header]

MAX_LINE = 1024  # bytes, line end included
MAX_LINES = 128

LINE_TOO_LONG = "Failed to parse message: line too long"
TOO_MANY_LINES = "Too many lines in message or allocation failure"


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """What a client sent up to an empty line. `problem` is why Asterisk refuses it unread.

    Has no repr of its content: it may hold a secret.
    """

    headers: tuple[Header, ...]
    problem: str | None = None

    def get(self, name: str, default: str = "") -> str:
        """The first header of that name, in any case of letters."""
        return next(iter(self.every(name)), default)

    def every(self, name: str) -> list[str]:
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    def has(self, name: str) -> bool:
        return bool(self.get(name))


def encode(headers: Iterable[Header]) -> bytes:
    """One message. No value is checked: Asterisk does not either."""
    return ("".join(f"{key}: {value}\r\n" for key, value in headers) + "\r\n").encode()


class Framer:
    """Cuts a byte stream into requests, with Asterisk's limits and its leniency.

    A line ends at LF, with or without CR before it; NUL ends a value; a bare CR is part of it.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._skipping = False
        self._start()

    def _start(self) -> None:
        self._headers: list[Header] = []
        self._lines = 0
        self._too_long = False

    def feed(self, received: bytes) -> Iterator[Request]:
        self._rest += received
        while (end := self._rest.find(b"\n")) >= 0:
            line, self._rest = self._rest[: end + 1], self._rest[end + 1 :]
            if self._skipping or len(line) > MAX_LINE:
                self._skipping, self._too_long = False, True
                self._lines += 1
                continue
            text = line[:-1].removesuffix(b"\r")
            if text:
                self._take(text)
            else:
                yield self._finish()
        if len(self._rest) > MAX_LINE:
            self._rest, self._skipping = b"", True

    def _take(self, line: bytes) -> None:
        self._lines += 1
        if self._lines > MAX_LINES:
            return
        key, colon, value = line.split(b"\0")[0].decode(errors="replace").partition(":")
        if colon:
            self._headers.append((key.strip(), value.lstrip(" ")))

    def _finish(self) -> Request:
        problem = None
        if self._too_long:
            problem = LINE_TOO_LONG
        elif self._lines > MAX_LINES:
            problem = TOO_MANY_LINES
        request = Request(tuple(self._headers), problem)
        self._start()
        return request


class Reply:
    """Collects what one action is answered with, in Asterisk's order of headers."""

    def __init__(self, request: Request) -> None:
        self._id: Headers = (
            [("ActionID", request.get("ActionID"))] if request.has("ActionID") else []
        )
        self.messages: list[Headers] = []
        self.failed = False
        self._items = 0

    def success(self, message: str = "", *fields: Header) -> None:
        text: Headers = [("Message", message)] if message else []
        self.messages.append([("Response", "Success"), *self._id, *text, *fields])

    def error(self, message: str) -> None:
        self.failed = True
        self.messages.append([("Response", "Error"), *self._id, ("Message", message)])

    def goodbye(self) -> None:
        farewell = ("Message", "Thanks for all the fish.")
        self.messages.append([("Response", "Goodbye"), *self._id, farewell])

    def listing(self, message: str) -> None:
        head: Headers = [("Response", "Success"), *self._id, ("EventList", "start")]
        self.messages.append([*head, ("Message", message)])

    def item(self, event: str, fields: Headers, *, id_last: bool = False) -> None:
        """One row. Where the ActionID stands depends on which module of Asterisk wrote it."""
        self._items += 1
        middle = [*fields, *self._id] if id_last else [*self._id, *fields]
        self.messages.append([("Event", event), *middle])

    def complete(self, event: str, *fields: Header) -> None:
        count = ("ListItems", str(self._items))
        tail: Headers = [("EventList", "Complete"), count, *fields]
        self.messages.append([("Event", event), *self._id, *tail])
