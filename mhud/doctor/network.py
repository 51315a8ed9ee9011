"""Who else can reach the manager interface? Its password and all events go in clear text."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from mhud.ami.within import within
from mhud.clock import Clock
from mhud.config import AmiSettings
from mhud.doctor.check import Check, ok, warning, wrong
from mhud.doctor.patient import RELOAD

NAME = "ami.network"
WAIT_S = 1.0
BANNER = b"Asterisk Call Manager/"
ELSEWHERE = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))
"""Addresses of documents. Nothing is sent there: only the way out is asked for."""


async def check(settings: AmiSettings, clock: Clock) -> Check:
    if not _is_loopback(settings.host):
        return warning(
            NAME,
            f"mhud reaches AMI over the network ({settings.host}): the secret goes in clear text.",
            "run mhud on Asterisk's machine with MHUD_AMI__HOST=127.0.0.1, or a tunnel "
            "(WireGuard, ssh -L) between the two",
        )
    open_at = [each for each in own_addresses() if await _answers(each, settings.port, clock)]
    if not open_at:
        return ok(NAME, "AMI listens on this machine only.")
    return wrong(
        NAME,
        f"AMI is open to the network at {', '.join(open_at)}.",
        f"in manager.conf, under [general]: bindaddr = 127.0.0.1; then {RELOAD} (or restart "
        "Asterisk), and a firewall in front of the port",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def own_addresses() -> list[str]:
    """Addresses of this machine that others may know. Sends nothing."""
    return [found for target, family in ELSEWHERE if (found := _way_out(target, family))]


def _way_out(target: str, family: socket.AddressFamily) -> str | None:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asker:
            asker.connect((target, 9))
            address = str(asker.getsockname()[0])
    except OSError:
        return None
    return None if _is_loopback(address) else address


async def _answers(host: str, port: int, clock: Clock) -> bool:
    try:
        opening = asyncio.ensure_future(asyncio.open_connection(host, port))
        reader, writer = await within(clock, WAIT_S, opening)
    except (OSError, TimeoutError):
        return False
    try:
        line = await within(clock, WAIT_S, asyncio.ensure_future(reader.readline()))
    except (OSError, ValueError, TimeoutError):
        return False
    finally:
        writer.close()
    return line.startswith(BANNER)
