"""Which addresses mhud may connect to because somebody asked it to: public ones, and those allowed.

Whoever may register a webhook must not reach what only this machine or its network reaches.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_EXTRA = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # behind the provider's NAT
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "64:ff9b:1::/48",
        "fec0::/10",
    )
)
"""What some releases of Python take for public."""


class Outside:
    """`allowed`: networks that may be reached although they are not public."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = tuple(ip_network(one) for one in allowed)

    def may_reach(self, text: str) -> bool:
        """`text`: an IP address, as a socket is given it; what is none may not be reached."""
        try:
            address = ip_address(text.partition("%")[0])
        except ValueError:
            return False
        inner: list[Address] = list(_inner(address))
        if any(one in network for one in [address, *inner] for network in self._allowed):
            return True
        return all(map(_is_public, inner or [address]))


def _inner(address: Address) -> Iterable[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address.teredo is not None:
        yield from address.teredo
    elif address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def _is_public(address: Address) -> bool:
    if any(address in network for network in _EXTRA):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)
