"""How clients reach mhud: in clear text, by a proxy, at which address?"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from mhud.config import HttpSettings
from mhud.doctor.check import Check, ok, warning, wrong

PROXIES = 'http.trusted_proxies = ["127.0.0.1/32"] for a proxy on this machine'


def checks(settings: HttpSettings, daemon_runs: bool) -> list[Check]:
    return [_public_url(settings), _proxies(settings), _port(settings, daemon_runs)]


def _public_url(settings: HttpSettings) -> Check:
    name, url = "http.public_url", settings.public_url
    fix = "MHUD_HTTP__PUBLIC_URL to what clients type, as https://helpline.example.org"
    if url is None:
        if is_local(settings.host):
            return ok(name, "mhud listens on this machine only, and no public address is set.")
        return warning(name, "Others reach mhud, and no public address is set.", fix)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return wrong(name, "http.public_url is no address of a web server.", fix)
    if parts.query or parts.fragment:
        return wrong(name, "http.public_url has a query or a fragment.", fix)
    if parts.scheme == "http" and not is_local(parts.hostname):
        return warning(name, "Keys and passwords cross the network in clear text.", fix)
    return ok(name, "http.public_url is an address.")


def _proxies(settings: HttpSettings) -> Check:
    name = "http.proxies"
    try:
        networks = [ipaddress.ip_network(each, strict=False) for each in settings.trusted_proxies]
    except ValueError as error:
        return wrong(name, f"http.trusted_proxies: {error}.", PROXIES)
    if any(network.prefixlen == 0 for network in networks):
        return wrong(name, "Everybody may claim any address: all are trusted proxies.", PROXIES)
    if settings.public_url and is_local(settings.host) and not networks:
        text = "A proxy seems to stand in front, but is not trusted: all clients share one limit."
        return warning(name, text, PROXIES)
    return ok(name, "The trusted proxies are in order.")


def _port(settings: HttpSettings, daemon_runs: bool) -> Check:
    name, port = "http.port", settings.port
    if daemon_runs or port == 0:
        return ok(name, "The port is mhud's own.")
    try:
        with socket.create_connection((settings.host, port), timeout=1):
            pass
    except OSError:
        return ok(name, f"Port {port} is free.")
    text = f"Something else listens on port {port}: another program, or mhud on other data."
    fix = f"MHUD_HTTP__PORT to a free one; who is it: ss -ltnp 'sport = :{port}'"
    return wrong(name, text, fix)


def is_local(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
