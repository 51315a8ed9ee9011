"""Voices on the line: a party that sends a tone of its own, and knows whose tones it hears."""

from __future__ import annotations

import asyncio
import math
import random
import re
import struct
import uuid
from collections import deque

from tests.asterisk import sip
from tests.asterisk.sip import header

RATE = 8000  # samples a second
FRAME = 160  # samples in a packet of 20 ms
EAR = 6 * FRAME * 5  # samples that a judgement is made of: 0.6 s
LOUD = 300.0  # amplitude above which a tone is heard; spoken ones arrive with thousands
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)


def encoded(sample: int) -> int:
    """G.711 ulaw."""
    sign, magnitude = (0x80, -sample) if sample < 0 else (0, sample)
    magnitude = min(magnitude, 32635) + 0x84
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 0x0F) & 0xFF


def decoded(byte: int) -> int:
    byte = ~byte & 0xFF
    exponent, mantissa = byte >> 4 & 7, byte & 0x0F
    magnitude = ((mantissa << 3) + 0x84 << exponent) - 0x84
    return -magnitude if byte & 0x80 else magnitude


_LINEAR = tuple(decoded(byte) for byte in range(256))


def tone(frequency: int, amplitude: int = 6000) -> bytes:
    """A second of it; frequencies are whole, so that it goes on without a click."""
    turn = 2 * math.pi * frequency / RATE
    return bytes(encoded(round(amplitude * math.sin(turn * n))) for n in range(RATE))


def loudness(samples: list[int], frequency: int) -> float:
    """The amplitude of that frequency in the samples, by Goertzel."""
    factor = 2 * math.cos(2 * math.pi * frequency / RATE)
    before = earlier = 0.0
    for sample in samples:
        before, earlier = sample + factor * before - earlier, before
    power = before * before + earlier * earlier - factor * before * earlier
    return 2 * math.sqrt(max(0.0, power)) / max(1, len(samples))


class Voice(asyncio.DatagramProtocol):
    """RTP both ways."""

    def __init__(self, frequency: int) -> None:
        self.frequency = frequency
        self.heard: deque[int] = deque(maxlen=EAR)
        self.samples = 0  # that came since the beginning
        self.digits = ""  # that were sent to it beside the audio (RFC 4733)
        self._last_digit = -1
        self._tone = tone(frequency)
        self._transport: asyncio.DatagramTransport
        self._speaking: asyncio.Task[None] | None = None

    async def open(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, (host, port))

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) > 12 and data[1] & 0x7F == 0:
            self.heard.extend(_LINEAR[byte] for byte in data[12:])
            self.samples += len(data) - 12
        elif data[1] & 0x7F == 101 and data[13] & 0x80:  # the end of a digit; it comes three times
            (began,) = struct.unpack_from("!I", data, 4)
            self.digits += "0123456789*#ABCD"[data[12]] if began != self._last_digit else ""
            self._last_digit = began

    def speak_to(self, sdp: str) -> None:
        """Says its tone to whoever is named there, until closed."""
        host = re.search(r"c=IN IP4 (\S+)", sdp)
        port = re.search(r"m=audio (\d+)", sdp)
        assert host
        assert port
        self.hush()
        self._speaking = asyncio.create_task(self._speak((host.group(1), int(port.group(1)))))

    def hush(self) -> None:
        if self._speaking is not None:
            self._speaking.cancel()

    async def _speak(self, peer: tuple[str, int]) -> None:
        loop, number, source = asyncio.get_running_loop(), 0, random.getrandbits(32)
        due = loop.time()
        while True:
            at = number * FRAME % RATE
            head = struct.pack("!BBHII", 0x80, 0, number & 0xFFFF, number * FRAME, source)
            self._transport.sendto(head + self._tone[at : at + FRAME], peer)
            number, due = number + 1, due + FRAME / RATE
            wait = loop.create_future()
            loop.call_at(due, wait.cancel)
            await asyncio.wait((wait,))

    def hears(self, frequency: int) -> bool:
        samples = list(self.heard)
        return len(samples) == EAR and loudness(samples, frequency) > LOUD

    def close(self) -> None:
        self.hush()
        self._transport.close()


class Speaker(sip.Wire):
    """A phone with a voice: it answers at once whoever calls; from outside it can call, too."""

    def __init__(self, pbx_port: int, frequency: int, user: str = "caller") -> None:
        super().__init__(("127.0.0.1", pbx_port))
        self.voice = Voice(frequency)
        self.user = user
        self.gone = asyncio.Event()
        self.talking = asyncio.Event()
        self._pbx_port = pbx_port
        self._media_port = 0
        self._bye = ""

    async def start(self, host: str, sip_port: int, media_port: int) -> None:
        self._media_port = media_port
        await self.open(sip_port, host)
        await self.voice.open(host, media_port)

    async def register(self) -> None:
        await sip.register(self._pbx_port, self.user, int(self.address.rpartition(":")[2]))

    async def call(self, number: str) -> None:
        """From outside, where nobody is asked who he is. Returns when Asterisk has answered."""
        uri = f"sip:{number}@127.0.0.1:{self._pbx_port}"
        local = f"<sip:{self.user}@{self.address}>;tag={uuid.uuid4().hex[:8]}"
        call, contact = uuid.uuid4().hex, f"Contact: <sip:{self.user}@{self.address}>\r\n"
        lines = f"From: {local}\r\nTo: {{to}}\r\nCall-ID: {call}\r\nCSeq: {{cseq}}\r\n{contact}"
        invite = lines.format(to=f"<{uri}>", cseq="1 INVITE")
        answer = await self.ask(self.head("INVITE", uri, invite), self._sdp(), 20)
        assert answer.startswith("SIP/2.0 200"), answer
        to = header(answer, "To")
        self.send(self.head("ACK", uri, lines.format(to=to, cseq="1 ACK")))
        self._bye = self.head("BYE", uri, lines.format(to=to, cseq="2 BYE"))
        self.voice.speak_to(answer)
        self.talking.set()

    async def hang_up(self) -> None:
        await self.ask(self._bye)

    def on_request(self, text: str) -> None:
        method = text.split(" ", 1)[0]
        if method == "ACK":
            return
        with_tag = header(text, "To")
        if method == "INVITE" and "tag=" not in with_tag:
            with_tag += f";tag={uuid.uuid4().hex[:8]}"
        vias = "".join(f"Via: {v}\r\n" for v in re.findall(r"(?im)^Via\s*:\s*(.*?)\r?$", text))
        self.send(
            f"SIP/2.0 200 OK\r\n{vias}From: {header(text, 'From')}\r\nTo: {with_tag}\r\n"
            f"Call-ID: {header(text, 'Call-ID')}\r\nCSeq: {header(text, 'CSeq')}\r\n"
            f"Contact: <sip:{self.user}@{self.address}>\r\n",
            self._sdp() if method == "INVITE" else "",
        )
        if method == "INVITE":
            self.voice.speak_to(text)
            self.talking.set()
        if method == "BYE":
            self.voice.hush()
            self.gone.set()

    def _sdp(self) -> str:
        host = self.address.rpartition(":")[0]
        return _SDP.format(host=host, port=self._media_port)

    def close(self) -> None:
        self.voice.close()
        super().close()
