"""One connection to Asterisk: panoramisk 1.4 through the two seams it offers.

panoramisk opens the connection, numbers, registers and writes the actions. `Wire` (its protocol)
and `Dial` (its manager) take over where it loses or repeats something:

- frames are cut on bytes and decoded whole, so that no character is lost between two reads;
- an action whose answer never came fails; it is not sent again by itself;
- a list ends with its own end, a refused list with the refusal, and no list is endless;
- each event goes to one synchronous function, in order;
- nothing is sent but what `Action` has checked, and nothing reconnects unasked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from panoramisk.actions import Action as NumberedAction
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager

from mhud.ami.actions import Action
from mhud.ami.fields import decode, headers, value
from mhud.errors import MhudError, conflict, pbx_unavailable

MESSAGE_LIMIT = 65_536  # bytes; the longest answer, to ListCommands, has a third of it
EVENT_LIMIT = 16_384  # bytes; Asterisk's longest have half of it
LIST_LIMIT = 50_000  # items of one list
LIST_BYTES_LIMIT = 33_554_432  # of all its items
WRITE_LIMIT = 1_048_576  # bytes that Asterisk has not taken yet
TOO_FAST = "events came faster than mhud could take them"
ENDLESS_MESSAGE = "Asterisk sent a message without end"
ENDLESS_LIST = "Asterisk sent a list without end"
_BANNER = b"Asterisk Call Manager/"
_BANNER_LIMIT = 200


class Listener(Protocol):
    """Who hears what comes. Called in order, from the loop; must return at once, never raise."""

    def heard(self, chunk: bytes) -> None:
        """Bytes as they came."""

    def said(self, chunk: bytes) -> None:
        """Bytes as they went."""

    def event(self, message: bytes) -> bool:
        """One event that answers nothing. False: no room for it, the connection is of no use."""


@dataclass(frozen=True)
class Reply:
    """Asterisk's answer to one action; `items` are the events of a list, as they came."""

    success: bool
    message: str
    fields: Mapping[str, str]
    items: tuple[bytes, ...] = ()


class Request(NumberedAction):  # type: ignore[misc]  # panoramisk has no annotations
    """An action under way. panoramisk gives the id and the future; what completes it is ours."""

    future: asyncio.Future[Reply]

    def __init__(self, action: Action) -> None:
        own = {"ActionID": action.action_id} if action.action_id else {}
        super().__init__({"Action": action.name, **own})
        self.is_list = action.is_list
        self.items: list[bytes] = []
        self.size = 0  # of the items, in bytes
        self.response: dict[str, str] | None = None
        self.wire_text = action.text(self.id)

    def __str__(self) -> str:
        return self.wire_text

    def __repr__(self) -> str:
        """panoramisk logs this when a write fails: no values."""
        return f"<Request {self['Action']}>"

    def respond(self, response: dict[str, str]) -> None:
        """A list goes on after its response, unless that is a refusal."""
        self.response = response
        if not (self.is_list and response.get("EventList") == "start"):
            self._complete(response)

    def item(self, message: bytes) -> None:
        if self.response is None:
            return  # an event that carries our id ahead of the answer is no item
        if b"\r\nEventList: Complete" in message:
            self._complete(self.response)
        else:
            self.items.append(message)
            self.size += len(message)

    @property
    def is_endless(self) -> bool:
        return len(self.items) > LIST_LIMIT or self.size > LIST_BYTES_LIMIT

    def _complete(self, response: dict[str, str]) -> None:
        if not self.future.done():
            success = response["Response"] in ("Success", "Goodbye")
            message = response.get("Message", "")
            self.future.set_result(Reply(success, message, response, tuple(self.items)))

    def fail(self, error: MhudError) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class Wire(AMIProtocol):  # type: ignore[misc]  # panoramisk has no annotations
    """The protocol: bytes in, events and replies out."""

    encoding = "utf-8"  # panoramisk falls back on ASCII, and logs what it could not write
    transport: asyncio.Transport
    responses: dict[str, Request]

    def __init__(self, listener: Listener) -> None:
        loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[str] = loop.create_future()  # the protocol's version
        self.lost: asyncio.Future[str] = loop.create_future()  # why, in plain words
        self._listener = listener
        self._rest = b""
        self._lists = 0

    def ask(self, action: Action) -> asyncio.Future[Reply]:
        """Sends it once. The future fails with PBX_UNAVAILABLE when the connection is lost.

        Raises MhudError: PBX_UNAVAILABLE, or CONFLICT when an action with its id is under way.
        """
        if self.lost.done() or self.transport.get_write_buffer_size() > WRITE_LIMIT:
            raise pbx_unavailable()
        request = Request(action)
        if request.id in self.responses:
            raise conflict("an action with this id is under way")
        self._lists += request.is_list
        self.send(request, as_list=request.is_list)
        request.future.add_done_callback(lambda _: self._forget(request))
        self._listener.said(request.wire_text.encode())
        return request.future

    def _forget(self, request: Request) -> None:
        """Answered, failed, or nobody waits any more: its id means nothing from here on."""
        if self.responses.pop(request.id, None) is not None:
            self._lists -= request.is_list

    def cut(self, reason: str) -> None:
        """Ends the connection now; whatever waits fails. The first reason stays."""
        if self.lost.done():
            return
        self.lost.set_result(reason)
        if not self.greeted.done():
            self.greeted.set_exception(pbx_unavailable(reason))
            self.greeted.exception()  # nobody may be waiting for it
        for request in tuple(self.responses.values()):
            request.fail(pbx_unavailable("the connection to Asterisk was lost"))
        self.transport.abort()

    # ---- called by asyncio

    def connection_lost(self, exc: Exception | None) -> None:
        """Not panoramisk's, which keeps what was not answered and sends it again."""
        self.cut("Asterisk closed the connection" if exc is None else "the connection broke")

    def data_received(self, chunk: bytes) -> None:
        self._listener.heard(chunk)
        self._rest += chunk
        if self.greeted.done() or self._greet():
            *messages, self._rest = self._rest.split(b"\r\n\r\n")
            for message in messages:
                self._take(message)
        if len(self._rest) > MESSAGE_LIMIT:
            self.cut(ENDLESS_MESSAGE)

    def _greet(self) -> bool:
        """The banner has no blank line after it. False: not there yet, or not Asterisk."""
        line, end, rest = self._rest.partition(b"\r\n")
        if not (line + end).startswith(_BANNER[: len(line + end)]) or len(line) > _BANNER_LIMIT:
            self.cut("what listens there is not the manager interface of an Asterisk")
        elif end:
            self._rest = rest
            self.greeted.set_result(decode(line).strip())
        return self.greeted.done() and not self.lost.done()

    def _take(self, message: bytes) -> None:
        if self.lost.done():
            return
        if not message.startswith(b"Event: "):
            self._take_response(message)
        elif len(message) > EVENT_LIMIT:
            self.cut(ENDLESS_MESSAGE)
        elif self._lists and self._take_item(message):
            pass
        elif not self._listener.event(message):
            self.cut(TOO_FAST)

    def _take_response(self, message: bytes) -> None:
        if len(message) > MESSAGE_LIMIT:
            self.cut(ENDLESS_MESSAGE)
            return
        stripped = message.lstrip(b"\r\n")
        if stripped.startswith(b"Event: "):
            self._take(stripped)
            return
        response = headers(decode(stripped))
        request = self.responses.get(response.get("ActionID", ""))
        if request is not None and "Response" in response:
            request.respond(response)
            self._sweep(request)

    def _take_item(self, message: bytes) -> bool:
        """Only lists are answered with events; an item carries the id that was sent."""
        request = self.responses.get(value(decode(message), "ActionID"))
        if request is None or not request.is_list:
            return False
        request.item(message)
        self._sweep(request)
        if request.is_endless:
            self.cut(ENDLESS_LIST)
        return True

    def _sweep(self, request: Request) -> None:
        """At once: more with this id may stand in the same read."""
        if request.future.done():
            self._forget(request)


class Dial(Manager):  # type: ignore[misc]  # panoramisk has no annotations
    """Makes one connection. Who may log in, ping and try again is the link's affair."""

    def __init__(self, host: str, port: int, listener: Listener) -> None:
        super().__init__(
            host=host,
            port=port,
            protocol_factory=lambda: Wire(listener),
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, f: asyncio.Future[tuple[asyncio.Transport, Wire]]) -> None:
        """panoramisk's own would try again for ever, even after close()."""
        if not f.cancelled() and f.exception() is None:
            super().connection_made(f)
            self.pinger.cancel()

    def open(self) -> asyncio.Future[tuple[asyncio.Transport, Wire]]:
        """Fails with OSError or UnicodeError (a name that can't be one)."""
        task: asyncio.Future[tuple[asyncio.Transport, Wire]] = self.connect()
        return task
