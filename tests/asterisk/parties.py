"""Callers, agents' phones and the world outside: SIPp processes that tests command."""

from __future__ import annotations

import asyncio
import itertools
import shlex
import signal
import uuid
from pathlib import Path
from xml.sax.saxutils import escape

from tests.asterisk import scenario, sip
from tests.asterisk.api import WAIT_S
from tests.asterisk.pbx_process import DIES_WITH_US
from tests.asterisk.ports import Ports
from tests.asterisk.scenario import Behavior
from tests.asterisk.voice import tone

TRUNK_HOST = "127.0.0.2"
PHONE_HOST = "127.0.0.1"


class Party:
    """One SIPp."""

    def __init__(self, name: str, address: tuple[str, int]) -> None:
        self.name = name
        self.address = address
        self.process: asyncio.subprocess.Process | None = None
        self.rang: asyncio.Queue[str] = asyncio.Queue()
        self.talking = asyncio.Event()  # and ready for the next command
        self.call_id: str | None = None
        self._commands = itertools.count(2)

    def hears(self, what: str, call_id: str) -> None:
        """SIPp says how it goes."""
        self.call_id = call_id
        if what == "rings":
            self.rang.put_nowait(call_id)
        else:
            self.talking.set()

    async def rings(self, timeout_s: float = WAIT_S) -> None:
        """Waits for the next call."""
        async with asyncio.timeout(timeout_s):
            await self.rang.get()

    async def answer(self) -> None:
        """Of a phone that rings until it is told."""
        await self._command(scenario.GO)

    async def hang_up(self) -> None:
        await self._command(scenario.COMMANDS["bye"])

    async def hold(self) -> None:
        await self._command(scenario.COMMANDS["hold"])

    async def unhold(self) -> None:
        await self._command(scenario.COMMANDS["unhold"])

    async def refer(self, extension: str, pbx_port: int) -> None:
        """Blind transfer by the phone."""
        target = f"<sip:{extension}@127.0.0.1:{pbx_port}>"
        await self._command(scenario.COMMANDS["refer"], f"Refer-To: {target}\r\n")

    async def _command(self, method: str, extra: str = "Refer-To: <sip:nobody>\r\n") -> None:
        if method != scenario.GO:
            async with asyncio.timeout(10):
                await self.talking.wait()
            self.talking.clear()
        host, port = self.address
        wire = sip.Wire(self.address)
        await wire.open(host=host)
        headers = (
            f"From: <sip:test@{host}>;tag=c\r\nTo: <sip:test@{host}>;tag=t\r\n"
            f"Call-ID: {self.call_id}\r\nCSeq: {next(self._commands)} {method}\r\n{extra}"
        )
        wire.send(wire.head(method, f"sip:test@{host}:{port}", headers))
        wire.close()

    def die(self) -> None:
        """Without a word to anybody."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)

    async def gone(self) -> None:
        if self.process is not None:
            async with asyncio.timeout(WAIT_S):
                await self.process.wait()


class _Bell(asyncio.DatagramProtocol):
    """SIPp tells how a call goes by a datagram `name what call-id`."""

    def __init__(self, parties: dict[str, Party]) -> None:
        self._parties = parties

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        name, what, call_id = data.decode().split()
        if name in self._parties:
            self._parties[name].hears(what, call_id)


class Parties:
    """Everybody who makes or takes a call in one test."""

    def __init__(self, folder: Path, ports: Ports) -> None:
        self.folder = folder
        self.ports = ports
        self._parties: dict[str, Party] = {}
        self._silence = folder / "silence.ulaw"
        self._bell: asyncio.DatagramTransport

    async def open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._silence.write_bytes(b"\xff" * 80_000)
        loop = asyncio.get_running_loop()
        self._bell, _ = await loop.create_datagram_endpoint(
            lambda: _Bell(self._parties), ("127.0.0.1", 0)
        )

    async def close(self) -> None:
        for party in self._parties.values():
            party.die()
        for party in self._parties.values():
            await party.gone()
        self._bell.close()

    async def call(
        self,
        extension: str,
        number: str = "+49301234567",
        name: str = "Anna",
        audio: bool = False,
        hertz: int = 0,
    ) -> Party:
        """Somebody outside dials the number. He sends silence with `audio`, or a tone."""
        party = self._new("caller", (TRUNK_HOST, self.ports.next_sip()))
        call_id = uuid.uuid4().hex
        sound = self._tone(hertz) if hertz else str(self._silence) if audio else ""
        xml = scenario.caller(number, escape(name), sound, self._tell(party))
        await self._start(
            party, xml, "-m", "1", "-s", extension, "-cid_str", call_id,
            f"127.0.0.1:{self.ports.sip}",
        )  # fmt: skip
        return party

    def _tone(self, hertz: int) -> str:
        """A file for SIPp, which plays it over and over."""
        file = self.folder / f"{hertz}.ulaw"
        file.write_bytes(tone(hertz) * 10)
        return str(file)

    async def phone(self, agent: int, behavior: Behavior = Behavior()) -> Party:  # noqa: B008
        """The agent's phone, registered."""
        return await self.phone_of(f"agent{agent:03d}", behavior)

    async def phone_of(self, user: str, behavior: Behavior = Behavior()) -> Party:  # noqa: B008
        """The phone that signs in by that name."""
        party = await self._answering(PHONE_HOST, self.ports.next_sip(), behavior)
        await sip.register(self.ports.sip, user, party.address[1])
        return party

    async def unregister(self, agent: int, phone: Party) -> None:
        await sip.register(self.ports.sip, f"agent{agent:03d}", phone.address[1], 0)

    async def register_at(self, agent: int, port: int) -> None:
        """The agent's phone is now the one on that port."""
        await sip.register(self.ports.sip, f"agent{agent:03d}", port)

    async def outside(self, behavior: Behavior = Behavior()) -> Party:  # noqa: B008
        """Whoever is called through the trunk."""
        return await self._answering(TRUNK_HOST, self.ports.trunk, behavior)

    async def _answering(self, host: str, port: int, behavior: Behavior) -> Party:
        party = self._new("phone", (host, port))
        audio = str(self._silence) if behavior.audio else ""
        xml = scenario.phone(behavior, audio, self._tell(party))
        await self._start(party, xml)
        await sip.answers(party.address)
        return party

    def _tell(self, party: Party) -> str:
        bell = self._bell.get_extra_info("sockname")[1]
        say = f"echo {party.name} {{what}} [call_id] > /dev/udp/127.0.0.1/{bell}"
        return f"bash -c {shlex.quote(say)}"

    def _new(self, kind: str, address: tuple[str, int]) -> Party:
        party = Party(f"{kind}-{len(self._parties)}", address)
        self._parties[party.name] = party
        return party

    async def _start(self, party: Party, xml: str, *options: str) -> None:
        path = self.folder / f"{party.name}.xml"
        path.write_text(xml)
        host, port = party.address
        media = self.ports.next_media()
        party.process = await asyncio.create_subprocess_exec(
            *DIES_WITH_US, "sipp", "-sf", path, "-nostdin", "-trace_err",
            "-error_file", self.folder / f"{party.name}.err",
            "-i", host, "-p", str(port), "-mi", host, "-mp", str(media),
            *options,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL, cwd=self.folder,
        )  # fmt: skip
