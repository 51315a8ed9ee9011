"""What a SIPp caller hears: SIPp throws it away, so it is listened to on the wire (root)."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from tests.asterisk.parties import TRUNK_HOST
from tests.asterisk.ports import Ports
from tests.asterisk.voice import Voice

IPV4, UDP = 0x0800, 17


class Tap:
    """All voice that this run's Asterisk sends to the world outside; `voice` hears it."""

    def __init__(self, ports: Ports) -> None:
        self.voice = Voice(0)
        self._from = range(ports.base + 1000, ports.base + 2000)
        self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(IPV4))
        self.wire.bind(("lo", IPV4))
        self.wire.setblocking(False)

    def listen(self) -> None:
        """To what comes from now on."""
        self.voice = Voice(0)

    def ready(self) -> None:
        """Each packet comes twice on loopback: as it leaves, and as it arrives."""
        packet, (_, _, kind, *_) = self.wire.recvfrom(65_536)
        if kind != socket.PACKET_OUTGOING and packet[9] == UDP:
            self._hear(packet, (packet[0] & 0x0F) * 4)

    def _hear(self, packet: bytes, head: int) -> None:
        (port,) = struct.unpack_from("!H", packet, head)
        if port in self._from and packet[16:20] == socket.inet_aton(TRUNK_HOST):
            self.voice.datagram_received(packet[head + 8 :], (TRUNK_HOST, port))

    def close(self) -> None:
        self.wire.close()


@contextmanager
def tap(ports: Ports) -> Iterator[Tap]:
    loop, opened = asyncio.get_running_loop(), Tap(ports)
    loop.add_reader(opened.wire, opened.ready)
    try:
        yield opened
    finally:
        loop.remove_reader(opened.wire)
        opened.close()
