"""Does the proxy in front say who asks? Seen from its other side."""

from __future__ import annotations

import asyncio
import ipaddress

import aiohttp

from mhud.config import HttpSettings
from mhud.doctor.check import Check, ok, unknown, wrong

NAME = "http.forwarded"
WAIT_S = 5.0
LONGEST = 65_536  # bytes that are read of an answer
OPEN_TO_THIS_MACHINE = "/health/ready"  # and to nobody else without a credential
FIX = (
    "the proxy sets X-Forwarded-For and X-Forwarded-Proto; for nginx:\n"
    "    proxy_set_header Host $host;\n"
    "    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
    "    proxy_set_header X-Forwarded-Proto $scheme;"
)


async def check(settings: HttpSettings, daemon_runs: bool) -> Check:
    """Without a word of the proxy, mhud takes whoever comes by it for somebody at its machine."""
    if not settings.trusted_proxies or settings.public_url is None:
        return ok(NAME, "No proxy is trusted, or what it shows as its address is not set.")
    if not daemon_runs:
        return unknown(NAME, "No daemon runs that could be asked by the proxy.", "start mhud")
    try:
        async with asyncio.timeout(WAIT_S):
            told, details = await _asked(settings.public_url.rstrip("/") + OPEN_TO_THIS_MACHINE)
    except (TimeoutError, aiohttp.ClientError, ValueError):
        return unknown(NAME, "mhud can't be reached at http.public_url from here.", FIX)
    if details:
        text = "The proxy does not say who asks: everybody counts as somebody at this machine."
        return wrong(NAME, text, FIX)
    if told not in (401, 403):
        return unknown(NAME, f"Who answers at http.public_url (status {told}) is not mhud.", FIX)
    if not all(_is_loopback(network) for network in settings.trusted_proxies):
        return unknown(NAME, "What a proxy on another machine says can't be seen from here.", FIX)
    return ok(NAME, "The proxy says who asks.")


async def _asked(url: str) -> tuple[int, bool]:
    """The status, and whether it shows what only this machine may see."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.get(url, allow_redirects=False) as answer,
    ):
        return answer.status, b'"checks"' in await answer.content.read(LONGEST)


def _is_loopback(network: str) -> bool:
    return ipaddress.ip_network(network, strict=False).is_loopback
