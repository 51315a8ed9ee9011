"""Whose page asks? With a cookie, which a browser sends along by itself, only our own may."""

from __future__ import annotations

import re

from aiohttp import web

from mhud.web.address import Addresses

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES = frozenset({"same-origin", "none"})  # none: typed by hand, or a bookmark
_PORTS = {"http": ":80", "https": ":443"}
_PORT = re.compile(r":[0-9]*$")
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Origins:
    """Ours is where the request came to, and `http.public_url`."""

    def __init__(self, addresses: Addresses, public_url: str | None) -> None:
        self._addresses = addresses
        self.configure(public_url)

    def configure(self, public_url: str | None) -> None:
        """Another than before. One that is no address, of which the doctor warns, is none."""
        scheme, _, rest = (public_url or "").partition("://")
        netloc = rest.partition("/")[0]
        self._public = _origin(scheme, netloc) if netloc else None
        self._base = (public_url or "").rstrip("/") if netloc else ""

    def base(self, request: web.Request) -> str:
        """What absolute links begin with: `http.public_url`, or the address that he used."""
        return self._base or _origin(self._addresses.scheme(request), request.host)

    def is_foreign(self, request: web.Request) -> bool:
        """False where a browser says that the page is ours, and where no browser asks."""
        sites = request.headers.getall("Sec-Fetch-Site", [])
        if any(site not in _OWN_SITES for site in sites):
            return True
        came_to = _origin(self._addresses.scheme(request), request.host)
        ours = {came_to, self._public}
        origins = (origin.partition("://") for origin in request.headers.getall("Origin", []))
        return any(_origin(scheme, netloc) not in ours for scheme, _, netloc in origins)

    def is_plain_loopback(self, request: web.Request) -> bool:
        """Nothing of it leaves this machine, and no proxy carries it further."""
        secure = self._public is not None and self._public.startswith("https:")
        if secure or self._addresses.scheme(request) == "https":
            return False
        name = _PORT.sub("", request.host).lower()
        return self._addresses.is_loopback(request) and name in _LOOPBACK_NAMES


def absolute(request: web.Request, path: str) -> str:
    """The address under which who asks can reach this path."""
    return request.config_dict[ORIGINS].base(request) + path


def is_risky(request: web.Request) -> bool:
    """Changes something, or opens a WebSocket, whose answers a foreign page could read."""
    upgrade = request.headers.get("Upgrade", "").strip().lower()
    return request.method not in _SAFE or upgrade == "websocket"


def _origin(scheme: str, netloc: str) -> str:
    """As browsers print it: in lower case, without the scheme's own port."""
    scheme, netloc = scheme.lower(), netloc.lower()
    return f"{scheme}://{netloc.removesuffix(_PORTS.get(scheme, ''))}"


ORIGINS = web.AppKey("origins", Origins)
