"""Tells systemd how the daemon is (sd_notify(3)); without systemd it tells nobody."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> None:
    """`READY=1`, `WATCHDOG=1`, `STOPPING=1`, `STATUS=…`."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    path = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as door:
            door.connect(path)
            door.send(state.encode())
    except OSError:
        return  # systemd is busy or gone, or no file is free; the next word may reach it


def watchdog_s() -> float | None:
    """How often the watchdog wants to hear of us, halved as systemd advises; None: not at all."""
    microseconds = os.environ.get("WATCHDOG_USEC")
    return int(microseconds) / 2_000_000 if microseconds else None
