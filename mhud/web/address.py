"""From which IP address did this come? A proxy's word counts only where it is trusted."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from aiohttp import web

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
FORWARDED = "X-Forwarded-For"
UNKNOWN = "unknown"


class Addresses:
    """Knows the trusted proxies. Raises ValueError for what is no network."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self.trust(trusted)

    def trust(self, trusted: Iterable[str]) -> None:
        """Others than before. Raises ValueError for what is no network."""
        self._trusted = tuple(ipaddress.ip_network(text, strict=False) for text in trusted)

    def of(self, request: web.Request) -> str:
        """The asker's address: the last hop that no proxy of ours is."""
        nearest = _parse(request.remote or "")
        if nearest is None:
            return UNKNOWN
        if self._trusted and self._is_trusted(nearest):
            return str(self._behind(request, nearest))
        return str(nearest)

    def is_loopback(self, request: web.Request) -> bool:
        """Whether he sits at this machine. Not whoever comes by a proxy that nobody declared."""
        address = _parse(self.of(request))
        if address is None or not address.is_loopback:
            return False
        return FORWARDED not in request.headers and "Forwarded" not in request.headers

    def scheme(self, request: web.Request) -> str:
        """http or https, as the asker sees it."""
        nearest = _parse(request.remote or "")
        said = request.headers.get("X-Forwarded-Proto", "").strip().lower()
        if said in ("http", "https") and nearest is not None and self._is_trusted(nearest):
            return said
        return request.scheme

    def _behind(self, request: web.Request, nearest: Address) -> Address:
        hops = ",".join(request.headers.getall(FORWARDED, [])).split(",")
        for hop in reversed(hops):
            address = _parse(hop.strip())
            if address is None:
                break
            nearest = address
            if not self._is_trusted(address):
                break
        return nearest

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def limited_as(ip: str) -> str:
    """One household or machine: a whole /64 of IPv6 counts as one address."""
    address = _parse(ip)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return ip


@lru_cache(4096)
def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
