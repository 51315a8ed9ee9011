"""Asterisk's own story of each call, told by an AMI connection that is never cut."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mhud.clock import SystemClock
from mhud.ids import call_id
from tests.asterisk.administrator import Message, parse
from tests.asterisk.pbx_process import SECRET

ANSWER_S = 10.0
AT_ONCE = timedelta(seconds=0.5)  # what Asterisk says of one moment


@dataclass
class Leg:
    """One channel; `gone` None: it lives."""

    uniqueid: str
    linkedid: str
    name: str
    born: datetime
    gone: datetime | None = None
    up: bool = False
    cause: str = ""


@dataclass
class Served:
    """An agent's talk with a caller, as app_queue says it."""

    uniqueid: str
    agent_id: str
    leg: Leg  # his
    caller: Leg
    began: datetime
    ended: datetime | None = None  # Asterisk leaves AgentComplete out if the caller is gone first

    @property
    def left(self) -> datetime:
        """When one of the two was gone. The caller may hang up while the agent asks somebody, and
        be led to a queue when his agent's phone has left him; app_queue counts on in both."""
        return min(filter(None, (self.caller.gone, self.leg.gone)), default=self.began)

    @property
    def was_left(self) -> bool:
        return self.ended is not None and self.left < self.ended - AT_ONCE

    @property
    def seconds(self) -> float:
        ended = self.left if self.was_left or self.ended is None else self.ended
        return (ended - self.began).total_seconds()


@dataclass(frozen=True)
class Dialed:
    """How the dialing of one leg ended, and when."""

    at: datetime
    linkedid: str
    leg: str
    status: str


class Tap:
    """Hears everything, and asks for Asterisk's lists."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.legs: dict[str, Leg] = {}
        self.served: list[Served] = []
        self.dialed: list[Dialed] = []
        self.rescued: set[str] = (
            set()
        )  # Uniqueids whom mhud led away when their agent had left them
        self.events = 0
        self._clock = SystemClock()
        self._ids = itertools.count(1)
        self._lists: dict[str, list[Message]] = {}
        self._answers: dict[str, asyncio.Future[list[Message]]] = {}
        self._joined: dict[str, str] = {}  # Linkedid → the one that it became
        self._joined_at: dict[str, datetime] = {}
        self._task: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter

    async def open(self) -> None:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        self._task = asyncio.create_task(self._listen(reader))
        await self.act("Login", Username="test", Secret=SECRET)

    async def close(self) -> None:
        self._writer.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def act(self, action: str, **fields: str) -> list[Message]:
        """The answer and, of a list, its rows. A refusal is an answer too."""
        mine = f"tap-{next(self._ids)}"
        answer: asyncio.Future[list[Message]] = asyncio.get_running_loop().create_future()
        self._answers[mine] = answer
        rows = {"Action": action, "ActionID": mine, **fields}
        text = "".join(f"{key}: {value}\r\n" for key, value in rows.items())
        self._writer.write(f"{text}\r\n".encode())
        async with asyncio.timeout(ANSWER_S):
            return await answer

    def root(self, linkedid: str) -> str:
        while (into := self._joined.get(linkedid, linkedid)) != linkedid:
            linkedid = into
        return linkedid

    def call_of(self, uniqueid: str) -> str | None:
        """mhud's id of the call that the channel is in."""
        leg = self.legs.get(uniqueid)
        return call_id(self.root(leg.linkedid)) if leg else None

    def calls(self) -> dict[str, list[Leg]]:
        """All calls so far, by mhud's id."""
        found: dict[str, list[Leg]] = {}
        for leg in self.legs.values():
            found.setdefault(call_id(self.root(leg.linkedid)), []).append(leg)
        return found

    def merged(self) -> dict[str, str]:
        """mhud's id of a call that became part of another one → that one's."""
        return {call_id(one): call_id(self.root(one)) for one in self._joined}

    def came_too_late(self, leg: Leg, legs: list[Leg]) -> bool:
        """Its call was joined to these legs' when nobody from outside was there any more."""
        joined = self._reached_at(leg.linkedid)
        outside = [one.gone for one in legs if one.name.startswith("PJSIP/trunk-")]
        if joined is None or not outside:
            return False
        return all(gone is not None and gone < joined for gone in outside)

    def _reached_at(self, linkedid: str) -> datetime | None:
        """When it became part of the call that it is in now, over the others before."""
        at = None
        while (into := self._joined.get(linkedid, linkedid)) != linkedid:
            at, linkedid = self._joined_at[linkedid], into
        return at

    def living(self, endpoint: str = "") -> Iterator[Leg]:
        for leg in reversed(self.legs.values()):
            if leg.gone is None and leg.name.startswith(endpoint):
                yield leg

    async def talks(self, interface: str, timeout_s: float) -> bool:
        """Whether that phone's call is answered in time."""
        until = self._clock.monotonic() + timeout_s
        while self._clock.monotonic() < until:
            if any(leg.up for leg in self.living(f"{interface}-")):
                return True
            await self._clock.sleep(0.05)
        return False

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        await reader.readline()
        while True:
            try:
                block = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            self._hear(parse(block))

    def _hear(self, message: Message) -> None:
        mine = message.get("ActionID", "")
        if mine in self._answers:
            self._collect(mine, message)
        elif "Event" in message and "Timestamp" in message:
            self.events += 1
            self._note(message, datetime.fromtimestamp(float(message["Timestamp"]), UTC))

    def _collect(self, mine: str, message: Message) -> None:
        rows = self._lists.setdefault(mine, [])
        rows.append(message)
        more = message.get("EventList") == "start" or (
            "Event" in message and message.get("EventList") != "Complete"
        )
        if not more:
            answer = self._answers.pop(mine)
            del self._lists[mine]
            if not answer.done():
                answer.set_result(rows)

    def _note(self, message: Message, at: datetime) -> None:
        event, uniqueid = message["Event"], message.get("Uniqueid", "")
        if event == "Newchannel":
            self.legs[uniqueid] = Leg(uniqueid, message["Linkedid"], message["Channel"], at)
        leg = self.legs.get(uniqueid)
        if leg is not None:
            self._follow(leg, message, at)
        if event == "AgentConnect":
            agent = message["Interface"].removeprefix("PJSIP/")
            his = self.legs[message["DestUniqueid"]]
            self.served.append(Served(uniqueid, agent, his, self.legs[uniqueid], at))
        elif event == "AgentComplete":
            self._complete(uniqueid, at)
        elif event == "DialEnd" and message.get("DestUniqueid"):
            of, status = message["DestLinkedid"], message["DialStatus"]
            self.dialed.append(Dialed(at, of, message["DestUniqueid"], status))

    def _follow(self, leg: Leg, message: Message, at: datetime) -> None:
        now = message.get("Linkedid", leg.linkedid)
        if self.root(now) != self.root(leg.linkedid):
            self._joined_at[self.root(leg.linkedid)] = at
            self._joined[self.root(leg.linkedid)] = self.root(now)
        if message.get("ChannelState") == "6":
            leg.up = True
        if message.get("Context") == "rescue":
            self.rescued.add(leg.uniqueid)
        if message["Event"] == "Hangup":
            leg.gone, leg.cause = at, message.get("Cause", "")

    def _complete(self, uniqueid: str, at: datetime) -> None:
        for served in reversed(self.served):
            if served.uniqueid == uniqueid and served.ended is None:
                served.ended = at
                return
