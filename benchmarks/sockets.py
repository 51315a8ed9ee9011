"""Sockets: one event to 1 000 consumers with rights checked, against a C program that only sends.

Half of the consumers may read the caller's number and half may not. The next event is told when the
last consumer has the one before. What counts is the server's CPU time per delivery: most of it is
the kernel's, for both. Then: what one consumer who reads nothing costs mhud, and the others.
"""

from __future__ import annotations

import json
import select
import socket
import subprocess
from contextlib import ExitStack
from time import monotonic

from benchmarks.common import (
    BUILT,
    LOAD_CORE,
    ROUNDS,
    SERVER_CORE,
    Figure,
    cpu_s,
    emit,
    forget_peak,
    free_port,
    median,
    medians,
    rss_mb,
    running,
    say,
    wait_for_port,
)
from benchmarks.house import House, house

SOCKETS = 1_000
EVENTS = 100
FRAME_BYTES = 600
FLOOD = 20_000  # events, 12 MB and more to each consumer
STEP = 100
SILENCE_S = 5.0


def fan_out(pid: int, port: int, trigger: int, auths: list[str]) -> dict[str, float]:
    """One round: everybody connects, `EVENTS` events are told, everybody goes."""
    argv = [BUILT / "consumers", port, SOCKETS, EVENTS, trigger, *auths]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with running(argv, LOAD_CORE, **pipes) as consumers:
        if consumers.stdout is None or consumers.stdin is None:
            raise RuntimeError("no pipes")
        consumers.stdout.readline()
        began = cpu_s(pid)
        print("go", file=consumers.stdin, flush=True)
        told = json.loads(consumers.stdout.readline())
        used = cpu_s(pid) - began
        print("end", file=consumers.stdin, flush=True)
        consumers.wait(20)
    return {**told, "us_cpu": used / SOCKETS / EVENTS * 1e6}


def auth(key: str) -> str:
    return json.dumps({"type": "auth", "api_key": key})


def against_c(home: House, rounds: int) -> Figure:
    port = free_port()
    ratios, measured = [], {"mhud": [], "ceiling": []}
    argv = [BUILT / "ceiling", port, FRAME_BYTES]
    with running(argv, SERVER_CORE) as ceiling:
        wait_for_port(port)
        for _ in range(rounds):
            auths = [auth(key) for key in home.keys]
            ours = fan_out(home.pid, home.port, home.trigger, auths)
            least = fan_out(ceiling.pid, port, port, [])
            measured["mhud"].append(ours)
            measured["ceiling"].append(least)
            ratios.append(least["us_cpu"] / ours["us_cpu"])
    for name, each in measured.items():
        middle = {key: round(value, 2) for key, value in medians(each).items()}
        say("sockets", variant=name, **middle)
    ratio = round(median(ratios), 2)
    name = f"Sockets: one event to {SOCKETS}, rights checked"
    return Figure(name, ratio, "of the C ceiling", at_least=0.6, gated=True)


# ---- a stuck consumer


class Consumer:
    """A socket and what came through it."""

    def __init__(self, home: House, key: str, *, reads: bool) -> None:
        self.received = 0
        self.socket = socket.socket()
        if not reads:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", home.port))
        self.socket.sendall(
            b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Sec-WebSocket-Version: 13\r\n\r\n"
        )
        self._until(b"\r\n\r\n")
        text = auth(key).encode()
        self.socket.sendall(bytes([0x81, 0x80 | 126, 0, len(text), 0, 0, 0, 0]) + text)
        self._until(b"auth.ok")
        self.socket.setblocking(False)

    def _until(self, mark: bytes) -> None:
        heard = b""
        while mark not in heard:
            heard += self.socket.recv(1)
        while not heard.endswith((b"\r\n\r\n", b"}")):
            heard += self.socket.recv(1)

    def read(self) -> int:
        """How many bytes; -1 when the server ended it."""
        try:
            count = len(self.socket.recv(1 << 18))
        except BlockingIOError:
            return 0
        except ConnectionError:
            return -1
        self.received += count
        return count or -1


def flood(home: House, readers: list[Consumer]) -> tuple[float, float]:
    """Seconds until all have all of it (or nothing comes any more), and the growth in MB."""
    forget_peak(home.pid)
    before = rss_mb(home.pid)
    began = last = monotonic()
    with socket.create_connection(("127.0.0.1", home.trigger)) as trigger:
        trigger.sendall(b"!")
        wanted, told = 0, 0
        expected = None
        while monotonic() - last < SILENCE_S:
            done = min(reader.received for reader in readers) >= wanted
            if done and told >= FLOOD:
                break
            if done:
                trigger.sendall(b"." * STEP)
                told += STEP
                if expected is None:
                    expected = _size_of(STEP, readers)
                wanted = expected * told // STEP
            for ready in select.select([r.socket for r in readers], [], [], 0.2)[0]:
                reader = next(r for r in readers if r.socket is ready)
                if reader.read() > 0:
                    last = monotonic()
    return last - began, rss_mb(home.pid, "VmHWM") - before


def _size_of(count: int, readers: list[Consumer]) -> int:
    """Bytes of the first `count` events to one consumer: all that comes until it is quiet."""
    while select.select([r.socket for r in readers], [], [], 0.3)[0]:
        for reader in readers:
            reader.read()
    return readers[0].received


def stuck(home: House) -> list[Figure]:
    key = home.keys[0]
    alone = [Consumer(home, key, reads=True) for _ in range(10)]
    flood(home, alone)  # what the allocator takes for itself, it has now
    for reader in alone:
        reader.received = 0
    without_s, without_mb = flood(home, alone)
    for reader in alone:
        reader.received = 0
    silent = Consumer(home, key, reads=False)
    with_s, with_mb = flood(home, alone)
    got = min(reader.received for reader in alone) / max(1, max(r.received for r in alone))
    say(
        "stuck consumer",
        seconds_without=round(without_s, 2),
        seconds_with=round(with_s, 2),
        mb_without=round(without_mb, 2),
        mb_with=round(with_mb, 2),
        events=FLOOD,
    )
    for reader in (*alone, silent):
        reader.socket.close()
    cost = round(with_mb, 2)
    slower = round(with_s / without_s, 2)
    return [
        Figure("Sockets: a stuck consumer", cost, "MB", at_most=2, gated=True),
        Figure("Sockets: the others' events", got, "of all", at_least=1, gated=True),
        Figure("Sockets: time of the others beside him", slower, "x", at_most=1.25),
    ]


def main(rounds: int = ROUNDS) -> list[Figure]:
    with ExitStack() as up:
        home = up.enter_context(house())
        figures = [emit(against_c(home, rounds))]
        figures += [emit(figure) for figure in stuck(home)]
    return figures


if __name__ == "__main__":
    main()
