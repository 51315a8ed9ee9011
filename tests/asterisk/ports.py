"""A block of ports for each run, so that runs side by side do not meet."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

SIZE = 2000
FIRST, LAST = 10_000, 30_000  # below what the kernel gives to clients


@dataclass
class Ports:
    """`base` is AMI's; tests/asterisk/pbx says what the others are."""

    base: int
    _sip: Iterator[int] = field(default_factory=count)
    _media: Iterator[int] = field(default_factory=lambda: count(300, 4))

    @property
    def ami(self) -> int:
        return self.base

    @property
    def sip(self) -> int:
        return self.base + 1

    @property
    def http(self) -> int:
        return self.base + 2

    @property
    def trunk(self) -> int:
        return self.base + 900

    def next_sip(self) -> int:
        """A port that nobody listens on: also nobody who is left from a run that was killed."""
        ports = (self.base + 10 + n % 280 for n in self._sip)
        return next(port for port in ports if _udp_is_free(port))

    def next_media(self) -> int:
        return self.base + 300 + (next(self._media) % 600) // 4 * 4


def _udp_is_free(port: int) -> bool:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - all of loopback
        except OSError:
            return False
    return True


def _lock(base: int) -> socket.socket | None:
    """Holding base + 999 says that the block is taken. AMI's port may have connections that an
    Asterisk ended a moment ago: a new one can listen there all the same."""
    holder = socket.socket()
    try:
        holder.bind(("127.0.0.1", base + 999))
        with socket.socket() as ami:
            ami.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            ami.bind(("127.0.0.1", base))
    except OSError:
        holder.close()
        return None
    return holder


@contextmanager
def block() -> Iterator[Ports]:
    """The first free block of ports; it is ours until the end. Raises RuntimeError if none is."""
    for base in range(FIRST, LAST, SIZE):
        holder = _lock(base)
        if holder is not None:
            with holder:
                yield Ports(base)
            return
    raise RuntimeError("no free block of ports")


def free_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
